import { ImagebuilderComponent } from '@cdktf/provider-aws/lib/imagebuilder-component';
import { ImagebuilderImageRecipe } from '@cdktf/provider-aws/lib/imagebuilder-image-recipe';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import {
  digestOf,
  escapeTemplate,
  PARENT_IMAGES,
  readDocuments,
  type Architecture,
  type DocumentName,
} from './documents';

export interface RecipeProps {
  readonly architecture: Architecture;
  /** Version of the service, three numbers; also that of the recipe. */
  readonly serviceVersion: string;
  /** Whether servers make videos. */
  readonly videos: boolean;
  /** Parameters of the component documents. */
  readonly parameters: Readonly<Record<DocumentName, Readonly<Record<string, string>>>>;
  readonly keyArn: string;
  /** Size of the root volume in gibibytes. */
  readonly volumeSize: number;
}

/** Amazon Linux 2023 is the one system that the documents are written for. */
const PLATFORM = { platform: 'Linux', supportedOsVersions: ['Amazon Linux 2023'] };

/**
 * What an image is made of. Image Builder never changes a version of a component or recipe, and refuses the same version
 * twice: the names carry a digest of their content, so that a change makes a new one beside the old one, and the old one
 * goes once nothing uses it. The service's version is the recipe's own, so each version makes a recipe, and an image.
 */
export class Recipe extends Construct {
  readonly recipe: ImagebuilderImageRecipe;
  /** The literal name, which log groups and the lifecycle policy go by. */
  readonly recipeName: string;

  constructor(scope: Construct, id: string, props: RecipeProps) {
    super(scope, id);
    const names = Names.of(this);
    const documents = readDocuments(undefined, props.videos);
    const components = documents.map(({ name, text, digest }) => {
      const component = new ImagebuilderComponent(this, name, {
        ...PLATFORM,
        name: names.regional('imageBuilder', `${name}-${digest}`),
        version: '1.0.0',
        description: `image/components/${name}.yml`,
        data: escapeTemplate(text),
        kmsKeyId: props.keyArn,
        lifecycle: { createBeforeDestroy: true },
      });
      const parameters = Object.entries(props.parameters[name]);
      return {
        componentArn: component.arn,
        ...(parameters.length > 0
          ? { parameter: parameters.map(([key, value]) => ({ name: key, value })) }
          : {}),
      };
    });

    const parent = PARENT_IMAGES[props.architecture];
    const digest = digestOf(parent, String(props.volumeSize), ...documents.map(({ text }) => text));
    this.recipeName = names.regional('imageBuilder', `server-${digest}`);
    this.recipe = new ImagebuilderImageRecipe(this, 'recipe', {
      name: this.recipeName,
      version: props.serviceVersion,
      description: `Service ${props.serviceVersion} on ${parent}`,
      // The newest one at each build, so that the weekly build picks up what Amazon has mended.
      parentImage: `arn:aws:imagebuilder:${placeOf(this).region}:aws:image/${parent}/x.x.x`,
      component: components,
      // Session Manager needs the agent.
      systemsManagerAgent: { uninstallAfterBuild: false },
      blockDeviceMapping: [
        {
          deviceName: '/dev/xvda',
          ebs: {
            volumeType: 'gp3',
            volumeSize: props.volumeSize,
            encrypted: 'true',
            kmsKeyId: props.keyArn,
            deleteOnTermination: 'true',
          },
        },
      ],
      lifecycle: { createBeforeDestroy: true },
    });
  }
}
