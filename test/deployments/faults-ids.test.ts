import { all, messageOf, remove, set, type Fault } from './support';

const DATACENTER =
  'allowed: a whole number from 0 to 31: five bits of an id, and another number for each region of the environment; write for instance 1';
const withoutWorkers = all(
  remove('workers'),
  remove('transcoders'),
  remove('observability'),
  remove('canary'),
);

const FAULTS: readonly Fault[] = [
  ['a number that ids have no room for', set('datacenter', 32), `datacenter: received 32; ${DATACENTER}`],
  ['a number below none', set('datacenter', -1), `datacenter: received -1; ${DATACENTER}`],
  ['a number as text', set('datacenter', '1'), `datacenter: received "1"; ${DATACENTER}`],
  [
    'more workers than numbers during a refresh',
    set('workers.max', 27),
    'workers.max: received 27; allowed: at most 26: each worker makes ids, and 27 with a fifth more during a refresh are 33 processes for the 32 worker numbers of a datacenter; choose larger instances, or write 26',
  ],
  [
    'more web servers than numbers, without workers to make ids for them',
    all(withoutWorkers, set('web.max', 27)),
    'web.max: received 27; allowed: at most 26: without workers each web server makes ids, and 27 with a fifth more during a refresh are 33 processes for the 32 worker numbers of a datacenter; write workers, which then make them, or write 26',
  ],
];

describe('who makes ids', () => {
  test.each(FAULTS)('%s is refused', (_name, change, message) => {
    expect(messageOf(change)).toBe(`deployments/x.ts: ${message}`);
  });

  test.each([
    ['as many workers as there are numbers', set('workers.max', 26)],
    ['any number of web servers beside workers', set('web.max', 200)],
    ['as many web servers as there are numbers, without workers', all(withoutWorkers, set('web.max', 26))],
    ['the last number', set('datacenter', 31)],
  ])('%s is fine', (_name, change) => {
    expect(messageOf(change)).toBe('accepted');
  });
});
