import type { Construct } from 'constructs';
import { architectureOf } from '../deployments/hardware';
import type { Deployment } from '../deployments/schema';
import { EncryptionKey } from '../modules/encryption-key';
import { MachineImage } from '../modules/machine-image';
import { ObjectStorage } from '../modules/object-storage';
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

/** The bucket of release artifacts, and the image that every instance of the region boots from. */
export class ImageStack extends TiersStack {
  readonly image: MachineImage;
  /** What starts instances from the image. */
  readonly scalingRole: ScalingRole;

  constructor(scope: Construct, id: string, deployment: Deployment, inputs: ImageStackInputs) {
    super(scope, id, { environment: deployment, region: deployment.region });
    const encryptionKey = new EncryptionKey(this, 'encryption', { component: 'image' });
    this.scalingRole = new ScalingRole(this, 'scaling-role');
    encryptionKey.allowScaling(this.scalingRole.arn);
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
    this.image = new MachineImage(this, 'image', {
      network: inputs.network.network,
      encryptionKey,
      artifactBucket: artifacts,
      artifact,
      logDays: deployment.logDays,
      serviceVersion: deployment.serviceVersion,
      architecture: architectureOf(deployment.web.instanceTypes[0]!),
    });
    this.publish('image_id', 'Image that the instances of this region boot from', this.image.imageId);
  }
}
