import production from '../../deployments/production/us-east-1';
import type { Deployment } from '../../deployments/schema';
import { lineageOf, retiredOf, writersOf } from '../../deployments/writer';
import { ireland, messageFor } from './support';

const FIRST = 'deployments/production/us-east-1.ts';
const SECOND = 'deployments/production/eu-west-1.ts';

/** The message for two regions of which the environment says something of its writer. */
function messageWith(shared: object, own: object = {}): string {
  return messageFor([
    [FIRST, { ...production, ...shared }],
    [SECOND, { ...ireland, ...shared, ...own }],
  ]);
}

const FORM =
  "allowed: a region, or the list of the regions that the writer moved to, in order: ['eu-west-1', 'us-east-1']; write for instance 'eu-west-1', or leave the key out: homeRegion writes";

describe('a writer is refused that', () => {
  test.each<[name: string, shared: object, message: string]>([
    [
      'is no region of the environment',
      { writerRegion: 'ap-south-1' },
      `${FIRST}: writerRegion: received "ap-south-1"; allowed: a region that the environment has: us-east-1, eu-west-1; name one of these`,
    ],
    [
      'moved to where it was',
      { writerRegion: ['eu-west-1', 'eu-west-1'] },
      `${FIRST}: writerRegion: received ["eu-west-1","eu-west-1"]; allowed: another region at each move of the writer; it moved from eu-west-1 to eu-west-1; leave out one of the two`,
    ],
  ])('%s', (_name, shared, message) => expect(messageWith(shared)).toBe(message));

  test.each<[name: string, value: unknown]>([
    ['is a number', 7],
    ['is an empty list', []],
    ['is two at once', { writers: ['us-east-1', 'eu-west-1'] }],
  ])('%s', (_name, writerRegion) => expect(messageWith({ writerRegion })).toContain(FORM));

  test('is no name of a region', () =>
    expect(messageWith({ writerRegion: 'europe' })).toContain(
      `${FIRST}: writerRegion: received "europe"; allowed: an AWS region, those of China and GovCloud left out`,
    ));

  test('is not the same in all regions', () => {
    expect(messageWith({}, { writerRegion: 'eu-west-1' })).toBe(
      `${SECOND}: writerRegion: received "eu-west-1"; allowed: the same in every region of production; ${FIRST} has nothing; move it to the global.ts beside the file`,
    );
  });
});

describe('nothing is retired that', () => {
  const moved = { writerRegion: 'eu-west-1' };
  const left =
    'allowed: a database that is left over from a move of the writer: ["us-east-1/shard-00-a"]; remove the entry, and never name a database that serves';
  test.each<[name: string, shared: object, message: string]>([
    [
      'was never left behind',
      { retire: ['us-east-1/shard-00-a'] },
      'retire[0]: received "us-east-1/shard-00-a"; allowed: nothing, as the writer has not moved: what is in use is never retired; remove the entry, and never name a database that serves',
    ],
    [
      'writes',
      { ...moved, retire: ['eu-west-1/shard-00-a'] },
      `retire[0]: received "eu-west-1/shard-00-a"; ${left}`,
    ],
    [
      'is the copy that followed',
      { ...moved, retire: ['us-east-1/shard-00-a2'] },
      `retire[0]: received "us-east-1/shard-00-a2"; ${left}`,
    ],
    [
      'is named twice',
      { ...moved, retire: ['us-east-1/shard-00-a', 'us-east-1/shard-00-a'] },
      'retire[1]: received "us-east-1/shard-00-a"; allowed: each database once; remove one of the two',
    ],
    [
      'is a replica',
      { ...moved, retire: ['us-east-1/shard-00-b'] },
      `retire[0]: received "us-east-1/shard-00-b"; allowed: a region and the first instance of a generation of a shard; write for instance 'us-east-1/shard-00-a'`,
    ],
    [
      'is a text',
      { ...moved, retire: 'us-east-1/shard-00-a' },
      `retire: received "us-east-1/shard-00-a"; allowed: a list of former databases; write for instance ['us-east-1/shard-00-a']`,
    ],
  ])('%s', (_name, shared, message) => expect(messageWith(shared)).toContain(message));
});

describe('a region that joined', () => {
  test('after moves that were never made is refused', () => {
    expect(messageWith({}, { joinedAfter: 1 })).toBe(
      `${SECOND}: joinedAfter: received 1; allowed: at most 0: the writer moved 0 times; write 0`,
    );
  });

  test('after it was the writer is refused', () => {
    expect(messageWith({ writerRegion: 'eu-west-1' }, { joinedAfter: 1 })).toBe(
      `${SECOND}: joinedAfter: received 1; allowed: at most 0: eu-west-1 became the writer with move 1; write 0`,
    );
  });
});

test('Blue/Green is refused where databases are copied between regions', () => {
  const database = { ...production.database!, replicas: 0 };
  const bare: Deployment = { ...production, environment: 'demo', database };
  expect(
    messageFor([
      [FIRST, { ...bare, database: { ...database, updates: 'blue-green' } }],
      [SECOND, { ...bare, ...{ region: ireland.region, zones: ireland.zones, cidr: ireland.cidr } }],
    ]),
  ).toContain(
    `${FIRST}: database.updates: received "blue-green"; allowed: 'in-place' in an environment of several regions, whose databases are replicas of one another; leave the key out`,
  );
});

test('the first writer is the home region, whether it is written or not', () => {
  const homeRegion = 'us-east-1';
  expect(writersOf({ homeRegion })).toEqual(['us-east-1']);
  expect(writersOf({ homeRegion, writerRegion: 'us-east-1' })).toEqual(['us-east-1']);
  expect(writersOf({ homeRegion, writerRegion: 'eu-west-1' })).toEqual(['us-east-1', 'eu-west-1']);
  expect(writersOf({ homeRegion, writerRegion: ['eu-west-1', 'us-east-1'] })).toEqual([
    'us-east-1',
    'eu-west-1',
    'us-east-1',
  ]);
});

test('what is retired is found by region, shard and generation', () => {
  const retire = [
    'us-east-1/shard-00-a',
    'us-east-1/shard-00-a3',
    'us-east-1/shard-01-a',
    'eu-west-1/shard-00-a',
  ];
  expect(retiredOf({ ...production, retire }, 'shard-00')).toEqual([0, 2]);
});

test('a region that joined late is part of the history', () => {
  expect(lineageOf([production, { ...ireland, joinedAfter: 0 }])).toEqual({
    writers: ['us-east-1'],
    joinedAfter: { 'us-east-1': 0, 'eu-west-1': 0 },
  });
});
