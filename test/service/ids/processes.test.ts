import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { decodeTimeId } from '../../../service/ids/time-ids';
import { awsClients, createResources, type AwsClients } from '../../support/aws-resources';
import { Ministack } from '../../support/ministack';
import { PostgresCluster } from '../../support/postgres';
import { TestProcess } from '../../support/process';
import { waitFor } from '../../support/wait';

const ROOT = resolve(__dirname, '../../..');
const FAR = Date.UTC(2090, 0, 1);
const LEASE_MS = 1_500;

let ministack: Ministack;
let aws: AwsClients;
let table: string;
let cluster: PostgresCluster;
let folder: string;
let datacenter = 0;
const running: TestProcess[] = [];

interface Maker {
  readonly process: TestProcess;
  readonly file: string;
  /** The worker number that it leased last. */
  readonly worker: () => number | undefined;
}

const stores = {
  'items of the table': {
    environment: () => ({ TABLE: table }),
    hold: async (worker: number, holder: string, ends: number) => {
      const Item = { pk: `worker#${datacenter}#${worker}`, sk: 'lease', holder, ends };
      await aws.dynamodb.send(new PutCommand({ TableName: table, Item }));
    },
  },
  'rows of the database': {
    environment: () => ({ DATABASE_PORT: String(cluster.primary.port) }),
    hold: async (worker: number, holder: string, ends: number) => {
      await cluster.primary.query(
        `INSERT INTO worker_numbers VALUES ($1, $2, $3, $4)
         ON CONFLICT (datacenter, worker) DO UPDATE SET holder = $3, ends = $4`,
        [datacenter, worker, holder, ends],
      );
    },
  },
};

function start(name: string, environment: Record<string, string>): Maker {
  const file = join(folder, `${datacenter}-${name}`);
  const child = new TestProcess(
    process.execPath,
    ['--require', join(ROOT, 'scripts/register.cjs'), join(__dirname, 'maker.ts')],
    {
      cwd: ROOT,
      env: {
        PATH: process.env['PATH'],
        ...ministack.environment,
        DATACENTER: String(datacenter),
        LEASE_MS: String(LEASE_MS),
        OUT: file,
        ...environment,
      },
    },
  );
  running.push(child);
  const leased = (): string[] => child.text().match(/"worker":\d+,"msg":"worker number leased"/g) ?? [];
  return { process: child, file, worker: () => numberIn(leased().at(-1)) };
}
const numberIn = (line?: string): number | undefined =>
  line === undefined ? undefined : Number(/\d+/.exec(line)?.[0]);

/** All whole lines of a maker that makes a few at a time. */
const made = ({ file }: Maker): bigint[] => readFileSync(file, 'utf8').split('\n').slice(0, -1).map(BigInt);
const works = (maker: Maker, more = 1): Promise<unknown> => {
  let before: number | undefined;
  return waitFor('further ids', () => {
    if (!maker.process.running) throw new Error(maker.process.text());
    const { length } = made(maker);
    before ??= length;
    return length >= before + more;
  });
};
const twice = (ids: bigint[]): number => ids.length - new Set(ids).size;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tiers-ids-'));
  [ministack, cluster] = await Promise.all([Ministack.start(), PostgresCluster.start()]);
  aws = awsClients(ministack.endpoint);
  ({ table } = await createResources(aws));
  await cluster.primary.query(readFileSync(join(ROOT, 'service/migrations/0003_worker_numbers.sql'), 'utf8'));
}, 120_000);
afterAll(async () => {
  for (const client of Object.values(aws)) client.destroy();
  await Promise.all([ministack.stop(), cluster.stop()]);
  rmSync(folder, { recursive: true, force: true });
}, 60_000);
beforeEach(() => {
  datacenter += 1;
});
afterEach(async () => {
  await Promise.all(
    running.splice(0).map((child) => {
      child.signal('SIGCONT');
      return child.stop('SIGKILL');
    }),
  );
});

test('four processes make a million ids each, and no id twice', async () => {
  const each = 1_000_000;
  const environment = { COUNT: String(each), TABLE: table, LEASE_MS: '30000' };
  const makers = ['a', 'b', 'c', 'd'].map((name) => start(name, environment));
  for (const { process: child } of makers)
    expect([await child.exited(), child.text()]).toMatchObject([0, {}]);
  const all = new BigUint64Array(4 * each);
  for (const [index, { file }] of makers.entries()) {
    const bytes = readFileSync(file);
    const own = new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
    expect(own).toHaveLength(each);
    expect(new Set([own[0]!, own.at(-1)!].map((id) => decodeTimeId(id).worker)).size).toBe(1);
    all.set(own, index * each);
  }
  all.sort();
  let duplicates = 0;
  for (let n = 1; n < all.length; n += 1) if (all[n] === all[n - 1]) duplicates += 1;
  expect(duplicates).toBe(0);
  expect(new Set(makers.map((maker) => maker.worker())).size).toBe(4);
}, 180_000);

describe.each(Object.entries(stores))('leases as %s', (_name, { environment, hold }) => {
  /** All numbers but one are held by others for good. */
  const leaveOnly = async (free: number): Promise<void> => {
    for (let worker = 0; worker < 32; worker += 1) if (worker !== free) await hold(worker, 'another', FAR);
  };

  test('a number is free again once the lease of a process that crashed is over, and right away after an orderly end', async () => {
    await leaveOnly(5);
    const first = start('first', environment());
    await works(first);
    const second = start('second', environment());
    await waitFor('the second to find no number', () => second.process.text().includes('numbers are held'));
    await first.process.stop('SIGKILL');
    await works(second);
    expect(await second.process.stop('SIGTERM')).toBe(0);
    const third = start('third', environment());
    await works(third);
    expect([first, second, third].map((maker) => maker.worker())).toEqual([5, 5, 5]);
    expect(twice([first, second, third].flatMap(made))).toBe(0);
    // Nothing of a holder overlaps with what the one before it made.
    expect(made(first).at(-1)! < made(second)[0]!).toBe(true);
    expect(made(second).at(-1)! < made(third)[0]!).toBe(true);
  }, 60_000);

  test('a process that was paused for longer than its lease makes no id of it any more', async () => {
    await leaveOnly(9);
    const paused = start('paused', environment());
    await works(paused);
    paused.process.signal('SIGSTOP');
    const heir = start('heir', environment());
    await works(heir, 100);
    const before = made(paused).length;
    paused.process.signal('SIGCONT');
    await waitFor('the loss to be seen', () =>
      paused.process.text().includes('"reason":"somebody else holds it"'),
    );
    await works(heir, 100);
    // What was under way when it was stopped carries a time of its own lease.
    expect(made(paused).every((id) => id < made(heir)[0]!)).toBe(true);
    expect(made(paused).length - before).toBeLessThanOrEqual(20);
    expect(twice([...made(paused), ...made(heir)])).toBe(0);
    // A number that comes free is taken by the one that lost its own.
    await hold(20, 'another', 0);
    await works(paused);
    expect(paused.worker()).toBe(20);
  }, 60_000);

  test('a process whose lease was taken away goes on with another number', async () => {
    const maker = start('maker', environment());
    await works(maker);
    const lost = maker.worker()!;
    await hold(lost, 'another', FAR);
    await waitFor('another number', () => maker.worker() !== lost);
    await works(maker);
    expect(decodeTimeId(made(maker).at(-1)!).worker).toBe(maker.worker());
    expect(twice(made(maker))).toBe(0);
  }, 60_000);

  test('a process that stops in order gives its number back at once', async () => {
    await leaveOnly(1);
    const maker = start('maker', { ...environment(), LEASE_MS: '600000' });
    await works(maker);
    await maker.process.stop('SIGTERM');
    await works(start('next', environment()));
  }, 60_000);
});

test('with the table away ids go on to the end of the lease, and again when it is back', async () => {
  const maker = start('maker', { TABLE: table });
  await works(maker);
  ministack.signal('SIGSTOP');
  try {
    await works(maker);
    await waitFor('the lease to end', async () => {
      const { length } = made(maker);
      await new Promise((resolve) => setTimeout(resolve, 300));
      return made(maker).length === length;
    });
  } finally {
    ministack.signal('SIGCONT');
  }
  await works(maker);
  expect(twice(made(maker))).toBe(0);
}, 60_000);
