import { App } from 'cdktf';
import { setPlace } from '../../lib/place';
import { EncryptionKey } from '../../modules/encryption-key';
import { Network } from '../../modules/network';
import { TestStack, type Synthesized } from '../support/synth';

function networkOf(app: App, region: string, cidr: string): Network {
  const stack = new TestStack(app, region);
  setPlace(stack, { project: 'tiers', environment: 'test', region, account: '111122223333' });
  return new Network(stack, 'network', {
    cidr,
    zones: ['a', 'b', 'c'].map((letter) => region + letter),
    encryptionKey: new EncryptionKey(stack, 'encryption', { component: 'network' }),
    logDays: 30,
  });
}

/** Networks in stacks of their own, us-east-1 first, at 10.0.0.0/16, 10.1.0.0/16 and so on, and what is built between them. */
export function linked(
  others: readonly string[],
  build: (stack: TestStack, hub: Network, spokes: readonly Network[]) => void,
): Synthesized {
  const app = new App({ skipValidation: true });
  const hub = networkOf(app, 'us-east-1', '10.0.0.0/16');
  const spokes = others.map((region, index) => networkOf(app, region, `10.${index + 1}.0.0/16`));
  const stack = new TestStack(app, 'links');
  build(stack, hub, spokes);
  stack.prepareStack();
  return JSON.parse(JSON.stringify(stack.toTerraform())) as Synthesized;
}
