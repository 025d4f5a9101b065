import { z } from 'zod';
import { expect } from './rules';

/** A private way between the networks of an environment's regions. */
export const interRegion = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('none') }),
    /** A peering of each network with the home region's; the others do not reach one another. */
    z.strictObject({ kind: z.literal('peering') }),
    /** A transit gateway in each region; every network reaches every other one. */
    z.strictObject({ kind: z.literal('transit-gateway') }),
  ],
  expect(
    "{ kind: 'none' }, { kind: 'peering' } or { kind: 'transit-gateway' }",
    'leave the key out for none',
  ),
);
