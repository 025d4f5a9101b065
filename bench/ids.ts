import { randomUUID } from 'node:crypto';
import { encodeId } from '../service/ids/layout';
import { TimeIds } from '../service/ids/time-ids';
import { record } from './record';

/**
 * Ids per second of one process on one core: `npm run bench:ids`. The middle of seven rounds of a
 * million each, after two that warm up. One worker number allows 4,096,000 a second.
 */
const ROUND = 1_000_000;
const ROUNDS = 7;

const year = 365 * 86_400_000;
const generator = new TimeIds(1, 2, {
  from: Date.now(),
  until: Date.now() + year,
  deadline: performance.now() + year,
});
let local = 0n;

const MAKERS = {
  'time-ordered, as text': () => generator.next().toString(),
  'time-ordered, as a number': () => generator.next(),
  'of a row, from its parts, as text': () =>
    encodeId({ shard: 7, type: 2, local: (local = (local + 1n) & 0xf_ffff_ffffn) }).toString(),
  'for comparison: randomUUID of Node.js': () => randomUUID(),
  'for comparison: the clock alone': () => Date.now(),
} satisfies Record<string, () => unknown>;

function perSecond(make: () => unknown): number {
  let kept: unknown;
  const rounds = Array.from({ length: ROUNDS + 2 }, () => {
    const start = performance.now();
    for (let n = 0; n < ROUND; n += 1) kept = make();
    return (ROUND / (performance.now() - start)) * 1000;
  });
  if (kept === undefined) throw new Error('nothing was made');
  return Math.round(rounds.slice(2).sort((one, two) => one - two)[Math.floor(ROUNDS / 2)]!);
}

const figures = Object.entries(MAKERS).map(([what, make]) => ({
  what: `${what}, a second`,
  value: perSecond(make).toLocaleString('en'),
}));
record('ids', 'npm run bench:ids', figures);
console.table(figures);
