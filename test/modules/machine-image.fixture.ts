import { TerraformOutput } from 'cdktf';
import { MachineImage, type MachineImageProps } from '../../modules/machine-image';
import { Network } from '../../modules/network';
import { ObjectStorage } from '../../modules/object-storage';
import { keyOf } from '../support/encryption';
import { synthesize, type Synthesized } from '../support/synth';

/** An image in a network with a bucket of artifacts. */
export function declareImage(choices: Partial<MachineImageProps> = {}): Synthesized {
  return synthesize((stack) => {
    const zones = ['us-east-1a', 'us-east-1b'];
    const network = new Network(stack, 'network', {
      encryptionKey: keyOf(stack),
      cidr: '10.0.0.0/16',
      zones,
      logDays: 30,
    });
    const artifactBucket = new ObjectStorage(stack, 'artifacts', {
      encryptionKey: keyOf(stack),
      component: 'artifacts',
    });
    const image = new MachineImage(stack, 'image', {
      encryptionKey: keyOf(stack),
      network,
      artifactBucket,
      serviceVersion: '1.2.3',
      artifact: { key: 'service/1.2.3.tgz', objectVersion: 'version-of-1.2.3' },
      architecture: 'arm64',
      logDays: 30,
      videos: true,
      ...choices,
    });
    new TerraformOutput(stack, 'image-id', { value: image.imageId, staticId: true });
  });
}
