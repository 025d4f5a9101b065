import { Network } from '../../modules/network';
import { keyOf } from './encryption';
import { inventory, synthesize, type Synthesized, type TestStack } from './synth';

export const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

/** The network that modules of a test are placed in. */
export function networkOf(stack: TestStack): Network {
  return new Network(stack, 'network', {
    encryptionKey: keyOf(stack),
    cidr: '10.0.0.0/16',
    zones: ZONES,
    logDays: 30,
  });
}

/** How many resources of each type a stack has beside those of its network. */
export function inventoryBesideNetwork(synthesized: Synthesized): Record<string, number> {
  const network = inventory(synthesize(networkOf));
  return Object.fromEntries(
    Object.entries(inventory(synthesized))
      .map(([type, count]) => [type, count - (network[type] ?? 0)] as const)
      .filter(([, count]) => count !== 0),
  );
}
