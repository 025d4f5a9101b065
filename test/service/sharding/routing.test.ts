import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { pino } from 'pino';
import { parseWorkerConfig } from '../../../service/config';
import { encodeId, TYPES } from '../../../service/ids/layout';
import { Routing } from '../../../service/sharding/routing';
import {
  awsClients,
  createResources,
  putParameter,
  REGION,
  type AwsClients,
} from '../../support/aws-resources';
import { Ministack } from '../../support/ministack';
import { waitFor } from '../../support/wait';

/** What nodes complain of. */
const said: string[] = [];
const log = pino({ level: 'warn' }, { write: (line) => void said.push(line) });
/** Resolves when this is said from now on. */
async function says(text: string): Promise<void> {
  said.length = 0;
  await waitFor(text, () => said.some((line) => line.includes(text)), 50_000);
}

const MAP = '/tiers/test/shard-map';
const map = (version: number, to: number, physical = 1): string =>
  JSON.stringify({
    version,
    shards: [
      { from: 0, to, physical: 1 - physical },
      { from: to + 1, to: 4095, physical },
    ],
  });

let ministack: Ministack;
let aws: AwsClients;
let table: string;
let routing: Routing;

/** A node as it starts; its parameter and its table are those of the emulator. */
async function open(more: Record<string, string> = {}): Promise<Routing> {
  const opened = new Routing(
    parseWorkerConfig({
      TIERS_ENVIRONMENT: 'test',
      AWS_REGION: REGION,
      DB_WRITER_HOST: 'a',
      DB_NAME: 'app',
      DB_USER: 'service',
      DB_CA_FILE: 'f',
      DB_AUTH: 'peer',
      QUEUE_URL: 'http://127.0.0.1:1',
      ASSET_BUCKET: 'b',
      TABLE_NAME: table,
      SHARD_MAP_PARAMETER: MAP,
      SHARD_MAP_POLL_SECONDS: '0.1',
      ...more,
    }),
    2,
    log,
  );
  await opened.start();
  return opened;
}

beforeAll(async () => {
  ministack = await Ministack.start();
  Object.assign(process.env, ministack.environment);
  aws = awsClients(ministack.endpoint);
  ({ table } = await createResources(aws));
  await putParameter(aws.ssm, MAP, map(1, 2047));
  routing = await open();
}, 60_000);
afterAll(async () => {
  routing.close();
  for (const client of Object.values(aws)) client.destroy();
  await ministack.stop();
});

const put = (value: string) => putParameter(aws.ssm, MAP, value);

describe('the map', () => {
  test('that changes is followed by a running process', async () => {
    expect([routing.of(100), routing.of(2047), routing.of(2048)]).toEqual([0, 0, 1]);
    await put(map(2, 99));
    await waitFor('the new map', () => routing.of(100) === 1);
    expect([
      routing.of(99),
      routing.of(String(encodeId({ shard: 100, type: TYPES.post, local: 1n }))),
    ]).toEqual([0, 1]);
  });

  test.each([
    ['broken JSON', '{"version":9,'],
    ['a gap', JSON.stringify({ version: 9, shards: [{ from: 0, to: 4000, physical: 0 }] })],
    [
      'an overlap',
      JSON.stringify({
        version: 9,
        shards: [
          { from: 0, to: 4000, physical: 0 },
          { from: 4000, to: 4095, physical: 0 },
        ],
      }),
    ],
    ['a database that there is not', map(9, 99, 7)],
    ['an older version', map(1, 2047)],
  ])('with %s is refused, and the last one stays; a good one is followed then', async (_what, value) => {
    const before = [99, 100, 2047].map((shard) => routing.of(shard));
    expect(before).toEqual([0, 1, 1]);
    await put(value);
    await says('parameter not read, the last good value stays');
    expect([99, 100, 2047].map((shard) => routing.of(shard))).toEqual(before);
    await put(map(3, 98));
    await waitFor('the good map', () => routing.of(99) === 1);
    await put(map(3, 99));
    await waitFor('one of the same version', () => routing.of(99) === 0);
  });
});

describe('the index', () => {
  const shard = 200;
  const user = String(encodeId({ shard, type: TYPES.user, local: 5n }));
  const place = (physical: number) =>
    aws.dynamodb.send(
      new PutCommand({
        TableName: table,
        Item: { pk: 'places', sk: user, name: 'ada', ownShard: shard + 4096, physical },
      }),
    );
  const found = () => [
    routing.of(user),
    routing.of({ shard, name: 'Ada' }),
    routing.of(String(encodeId({ shard: shard + 4096, type: TYPES.post, local: 1n }))),
  ];

  test('is asked before the map, by id, name and own shard, and read again when a database points elsewhere', async () => {
    expect([found(), routing.of(shard)]).toEqual([[1, 1, 1], 1]);
    await place(0);
    await waitFor('the index', () => {
      routing.doubt();
      return routing.of(user) === 0;
    });
    expect([found(), routing.of(shard)]).toEqual([[0, 0, 0], 1]);
  }, 60_000);

  test('that names a database which there is not is not followed', async () => {
    await place(5);
    await waitFor('the index', () => {
      routing.doubt();
      return routing.of(user) === 1;
    });
    await place(0);
    await waitFor('the index as before', () => {
      routing.doubt();
      return routing.of(user) === 0;
    });
  }, 60_000);

  test('away, with the map: a running process goes on as before, one that starts has an even share', async () => {
    ministack.signal('SIGSTOP');
    try {
      routing.doubt();
      await says('index of moved users not read, the last one stays');
      expect([found(), routing.of(99), routing.of(100)]).toEqual([[0, 0, 0], 0, 1]);
      const late = await open();
      expect([late.of(user), late.of(2047), late.of(2048)]).toEqual([0, 0, 1]);
      ministack.signal('SIGCONT');
      await waitFor('the map', () => late.of(100) === 1, 50_000);
      late.close();
    } finally {
      ministack.signal('SIGCONT');
    }
  }, 90_000);
});
