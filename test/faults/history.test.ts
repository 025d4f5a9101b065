import { History, type Final, type Observation, type Read } from './history';

const BOUND_MS = 1_000;
const PATIENT = { boundMs: BOUND_MS, refusals: true };

const write = (version: number, at: number, more: Partial<Observation> = {}): Observation => ({
  client: 'author',
  key: 'k',
  version,
  value: `v${version}`,
  from: at,
  to: at + 1,
  ...more,
});
const read = (version: number, at: number, more: Partial<Read> = {}): Read => ({
  ...write(version, at),
  client: 'reader',
  carried: 0,
  ...more,
});
const answer = (status: number, ms: number) => ({
  client: 'reader',
  request: 'GET',
  status,
  from: 0,
  to: ms,
});

/** A history in which all is right, and what there is in the end. */
function right(): { history: History; final: Final } {
  const history = new History();
  history.writes.push(write(1, 0), write(2, 10));
  history.reads.push(read(0, 0), read(1, 5), read(1, 11), read(2, 20), read(2, 30, { carried: 2 }));
  history.reads.push(read(2, 12, { client: 'author' }));
  history.answers.push(answer(200, 1_000), answer(503, 5));
  history.promised.push('paid 1', 'paid 2');
  return {
    history,
    final: { rows: new Map([['k', { version: 2, value: 'v2' }]]), effects: ['paid 2', 'paid 1'] },
  };
}

const found = (
  change: (history: History, final: Final) => Partial<Final> | void,
  terms = PATIENT,
): string[] => {
  const { history, final } = right();
  return history.violations({ ...final, ...change(history, final) }, terms);
};

test('a history in which all is right has nothing to complain of', () => {
  expect(found(() => undefined)).toEqual([]);
});

test('being asked to come again is a fault where there is no need for it', () => {
  expect(found(() => undefined, { ...PATIENT, refusals: false })).toEqual([
    'failed: reader was answered 503 to GET',
  ]);
});

test.each<[string, Parameters<typeof found>[0], string]>([
  ['an answer that came late', ({ answers }) => void answers.push(answer(200, 1_001)), 'late: '],
  ['no answer', ({ answers }) => void answers.push(answer(0, 5)), 'failed: '],
  ['a fault of the service', ({ answers }) => void answers.push(answer(500, 5)), 'failed: '],
  ['a write that is gone', () => ({ rows: new Map() }), 'lost: version 2 of k, there is none'],
  [
    'a write that an older one replaced',
    () => ({ rows: new Map([['k', { version: 1, value: 'v1' }]]) }),
    'lost: version 2 of k, there is 1, v1',
  ],
  [
    'a write that another one replaced under its number',
    ({ writes }) => void writes.push(write(2, 12, { value: 'other' })),
    'lost: version 2 of k was acknowledged twice',
  ],
  ['an effect that never came', () => ({ effects: ['paid 1'] }), 'lost: paid 2'],
  ['an effect that came twice', () => ({ effects: ['paid 1', 'paid 2', 'paid 2'] }), 'duplicate: paid 2, 2'],
  ['an effect of nothing', () => ({ effects: ['paid 1', 'paid 2', 'paid 3'] }), 'from nowhere: paid 3'],
  [
    'a stale read of what one has written',
    ({ reads }) => void reads.push(read(1, 11, { client: 'author' })),
    'stale: author read version 1 of k after writing',
  ],
  [
    'a read that finds nothing of what one has written',
    ({ reads }) => void reads.push(read(0, 11, { client: 'author', value: '' })),
    'stale: author read version 0 of k after writing',
  ],
  [
    'a read older than the position sent along',
    ({ reads }) => void reads.push(read(1, 15, { carried: 2 })),
    'stale: reader read version 1 of k with the position of 2',
  ],
  [
    'an older version after a newer one',
    ({ reads }) => void reads.push(read(1, 40)),
    'backwards: reader read version 1 of k',
  ],
  [
    'a text that nobody wrote',
    ({ reads }) => void reads.push(read(2, 40, { value: 'made up' })),
    'wrong: reader read version 2 of k as made up',
  ],
])('%s is found', (_name, change, violation) => {
  expect(found(change)).toEqual([expect.stringContaining(violation)]);
});

test('what overlaps is in no order', () => {
  expect(
    found(({ writes, reads }) => {
      writes.push(write(3, 50, { to: 90 }));
      reads.push(read(2, 60, { client: 'author' }), read(3, 60, { to: 90 }), read(2, 70));
      return { rows: new Map([['k', { version: 3, value: 'v3' }]]) };
    }),
  ).toEqual([]);
});
