import { ImagebuilderDistributionConfiguration } from '@cdktf/provider-aws/lib/imagebuilder-distribution-configuration';
import { ImagebuilderImage } from '@cdktf/provider-aws/lib/imagebuilder-image';
import { ImagebuilderImagePipeline } from '@cdktf/provider-aws/lib/imagebuilder-image-pipeline';
import { Construct } from 'constructs';
import type { Grantable } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import { costTags } from '../../lib/tags';
import type { EncryptionKey } from '../encryption-key';
import type { Network } from '../network';
import { BuildLogs } from './build-logs';
import { BuildMachine } from './build-machine';
import type { Architecture } from './documents';
import { ImageLifecycle, KEPT } from './image-lifecycle';
import { Recipe } from './recipe';

/** Where release artifacts are. */
export interface ArtifactBucket {
  readonly bucketName: string;
  grantReadVersions(grantee: Grantable, prefix: string): void;
}

/** An object of the bucket. Its version id names one content for good, so an image holds what its plan says or fails. */
export interface Artifact {
  readonly key: string;
  readonly objectVersion: string;
}

export interface MachineImageProps {
  readonly network: Network;
  readonly artifactBucket: ArtifactBucket;
  /** Under which images, volumes and component documents are kept. Whatever starts instances from them is let in by the key. */
  readonly encryptionKey: EncryptionKey;
  /** Version of the service that the first image carries, three numbers. A new one makes a new image. */
  readonly serviceVersion: string;
  /** That of the instances which run the image, and of the artifact's native modules. */
  readonly architecture: Architecture;
  /** The packed service of that version. References to the object make the build wait for it. */
  readonly artifact: Artifact;
  /** Whether servers make videos, with ffmpeg. Default: none does. */
  readonly videos?: boolean;
  /** Days that the logs of builds are kept. */
  readonly logDays: number;
  /** Types to build on, of the same architecture. Default: two of the general-purpose family. */
  readonly instanceTypes?: readonly string[];
  /** First part of the log groups' names; `/<role>` follows. Default: `/<project>/<environment>/service`. */
  readonly logGroup?: string;
  /** Size of the root volume in gibibytes. Default: 20. */
  readonly volumeSize?: number;
}

const BUILD_TYPES: Readonly<Record<Architecture, readonly string[]>> = {
  arm64: ['m7g.large', 'm6g.large'],
  x86_64: ['m7i.large', 'm6i.large'],
};

/**
 * Amazon Linux 2023 User Guide, "Node.js in AL2023": 20, 22 and 24 are packaged. 20 is past its end of life and 22 is the
 * oldest that the AWS SDK goes on supporting; the bundles are built for 20 and later.
 */
const NODE_MAJOR = '22';

/** Sunday, 03:00 UTC: cron of EC2 Image Builder has six fields. */
const WEEKLY = 'cron(0 3 ? * sun *)';

/**
 * The image that servers boot from, ready to serve without installing anything: the first one, built when this is
 * applied, and a pipeline that builds it again each week when Amazon has a newer parent. Releases pick the images up;
 * no plan moves a running fleet to another image.
 */
export class MachineImage extends Construct {
  /** Id of the first image's AMI in this region. */
  readonly imageId: string;
  /** ARN of the pipeline, for builds that are started by hand. */
  readonly pipelineArn: string;
  /** First part of the names of the log groups that the agent writes to; they are not created here. */
  readonly logGroup: string;

  constructor(scope: Construct, id: string, props: MachineImageProps) {
    super(scope, id);
    const { architecture, serviceVersion } = props;
    const names = Names.of(this);
    const name = names.regional('imageBuilder', 'server');
    this.logGroup = props.logGroup ?? names.path('logGroup', 'service');

    const machine = new BuildMachine(this, 'build-machine', {
      network: props.network,
      artifactBucket: props.artifactBucket,
      instanceTypes: props.instanceTypes ?? BUILD_TYPES[architecture],
    });
    const { recipe, recipeName } = new Recipe(this, 'contents', {
      architecture,
      serviceVersion,
      volumeSize: props.volumeSize ?? 20,
      keyArn: props.encryptionKey.arn,
      videos: props.videos ?? false,
      parameters: {
        runtime: { NodeMajor: NODE_MAJOR },
        units: { LogGroup: this.logGroup },
        ffmpeg: {},
        service: {
          Version: serviceVersion,
          Bucket: props.artifactBucket.bucketName,
          Key: props.artifact.key,
          ObjectVersion: props.artifact.objectVersion,
        },
      },
    });
    const distribution = new ImagebuilderDistributionConfiguration(this, 'distribution', {
      name,
      distribution: [
        {
          region: placeOf(this).region,
          amiDistributionConfiguration: {
            name: `${name}-{{ imagebuilder:buildDate }}`,
            description: `Server of ${name}`,
            kmsKeyId: props.encryptionKey.arn,
            amiTags: { Name: name, Architecture: architecture, ...costTags(this) },
          },
        },
      ],
    });

    const logs = new BuildLogs(this, 'logs', {
      encryptionKey: props.encryptionKey,
      days: props.logDays,
      recipeName,
      pipelineName: name,
    });
    new ImageLifecycle(this, 'lifecycle', { recipeName, recipeVersion: serviceVersion });

    const build = {
      imageRecipeArn: recipe.arn,
      infrastructureConfigurationArn: machine.configuration.arn,
      distributionConfigurationArn: distribution.arn,
      imageTestsConfiguration: { imageTestsEnabled: true, timeoutMinutes: 60 },
    };
    const image = new ImagebuilderImage(this, 'first', {
      ...build,
      timeouts: { create: '90m' },
      tags: { ...KEPT },
      dependsOn: [...machine.prerequisites(), ...logs.groups],
      lifecycle: { createBeforeDestroy: true },
    });
    // An output lists regions, and each lists its AMIs; this one is distributed to one region.
    this.imageId = image.outputResources.get(0).amis.get(0).image;

    this.pipelineArn = new ImagebuilderImagePipeline(this, 'pipeline', {
      ...build,
      name,
      description: `Weekly build of ${name}`,
      status: 'ENABLED',
      dependsOn: logs.groups,
      schedule: {
        scheduleExpression: WEEKLY,
        pipelineExecutionStartCondition: 'EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE',
      },
    }).arn;
  }
}
