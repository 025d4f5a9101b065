import type { Construct } from 'constructs';
import { architectureOf } from '../deployments/hardware';
import type { Deployment } from '../deployments/schema';
import type { Grantable } from '../lib/grants';
import { EncryptionKey } from '../modules/encryption-key';
import { MachineImage } from '../modules/machine-image';
import { ObjectStorage } from '../modules/object-storage';
import type { ServerSetup } from '../modules/one-server';
import { ReleaseArtifact } from '../modules/release-artifact';
import { ScalingRole } from '../modules/scaling-role';
import type { DataStack } from './data-stack';
import type { NetworkStack } from './network-stack';
import { TiersStack } from './tiers-stack';

/** The stacks that a region's image stands on. */
export interface ImageStackInputs {
  readonly network: NetworkStack;
  readonly data: DataStack;
}

/** The bucket of release artifacts, and what the machines of the region are made from: an image, or scripts for one server. */
export class ImageStack extends TiersStack {
  readonly fleets?: {
    readonly image: MachineImage;
    /** What starts instances from the image. */
    readonly scalingRole: ScalingRole;
  };
  /** What one server is set up from; it needs no image of its own. */
  readonly release: Pick<ServerSetup, 'bucket' | 'service'> & {
    grantRead(grantee: Grantable): void;
  };
  /** Scripts that make a plain machine the one server. */
  readonly scripts?: Pick<ServerSetup, 'machineScript' | 'serverScript'>;

  constructor(scope: Construct, id: string, deployment: Deployment, inputs: ImageStackInputs) {
    super(scope, id, { environment: deployment, region: deployment.region });
    const encryptionKey = new EncryptionKey(this, 'encryption', { component: 'image' });
    const scalingRole = deployment.web && new ScalingRole(this, 'scaling-role');
    if (scalingRole) encryptionKey.allowScaling(scalingRole.arn);
    const artifacts = new ObjectStorage(this, 'artifacts', {
      component: 'artifacts',
      encryptionKey,
      accessLogs: inputs.data.accessLogs,
      keepObjects: deployment.deletionProtection,
    });
    const artifact = new ReleaseArtifact(this, 'artifact', {
      bucket: artifacts,
      version: deployment.serviceVersion,
    });
    this.release = {
      bucket: artifacts.bucketName,
      service: artifact,
      grantRead: (grantee) => artifacts.grantReadVersions(grantee, 'service/'),
    };
    if (!deployment.web || !scalingRole) {
      const script = (name: string): ReleaseArtifact =>
        new ReleaseArtifact(this, name, {
          bucket: artifacts,
          version: deployment.serviceVersion,
          file: `${name}.sh`,
        });
      this.scripts = { machineScript: script('setup-machine'), serverScript: script('one-server') };
      return;
    }
    const image = new MachineImage(this, 'image', {
      network: inputs.network.network,
      encryptionKey,
      artifactBucket: artifacts,
      artifact,
      logDays: deployment.logDays,
      serviceVersion: deployment.serviceVersion,
      architecture: architectureOf(deployment.web.instanceTypes[0]!),
      videos: deployment.transcoders !== undefined,
    });
    this.fleets = { image, scalingRole };
    this.publish('image_id', 'Image that the instances of this region boot from', image.imageId);
  }
}
