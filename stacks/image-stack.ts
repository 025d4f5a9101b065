import type { Construct } from 'constructs';
import { architectureOf } from '../deployments/hardware';
import type { Deployment } from '../deployments/schema';
import { MachineImage } from '../modules/machine-image';
import { ObjectStorage } from '../modules/object-storage';
import { ReleaseArtifact } from '../modules/release-artifact';
import type { NetworkStack } from './network-stack';
import { TiersStack } from './tiers-stack';

/** The bucket of release artifacts, and the image that every instance of the region boots from. */
export class ImageStack extends TiersStack {
  readonly image: MachineImage;

  constructor(scope: Construct, id: string, deployment: Deployment, { network }: NetworkStack) {
    super(scope, id, { environment: deployment, region: deployment.region });
    const artifacts = new ObjectStorage(this, 'artifacts', {
      component: 'artifacts',
      keepObjects: deployment.deletionProtection,
    });
    const { key } = new ReleaseArtifact(this, 'artifact', {
      bucket: artifacts,
      version: deployment.serviceVersion,
    });
    this.image = new MachineImage(this, 'image', {
      network,
      artifactBucket: artifacts,
      artifactKey: key,
      serviceVersion: deployment.serviceVersion,
      architecture: architectureOf(deployment.web.instanceTypes[0]!),
    });
    this.publish('image_id', 'Image that the instances of this region boot from', this.image.imageId);
  }
}
