import { captureStackTrace } from 'cdktf/lib/tokens/private/stack-trace';
import { skipTokenTraces } from '../../lib/token-traces';
import { Network } from '../../modules/network';
import { keyOf } from '../support/encryption';
import { synthesize } from '../support/synth';

test('without traces of its tokens a stack synthesizes to the same bytes', () => {
  const build = (): string =>
    JSON.stringify(
      synthesize(
        (stack) =>
          new Network(stack, 'network', {
            encryptionKey: keyOf(stack),
            cidr: '10.0.0.0/16',
            zones: ['a', 'b'],
            logDays: 7,
          }),
      ),
    );
  expect(captureStackTrace()).not.toEqual([]);
  const traced = build();
  skipTokenTraces();
  expect(captureStackTrace()).toEqual([]);
  expect(build()).toBe(traced);
});
