import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { Client } from 'pg';
import { parseMigrateConfig, parseWorkerConfig } from '../../../service/config';
import { Posts } from '../../../service/database/posts';
import { Users } from '../../../service/database/users';
import { decodeId } from '../../../service/ids/layout';
import { move } from '../../../service/sharding/move/move';
import { publish } from '../../../service/sharding/move/publish';
import {
  evenPlacement,
  evenShare,
  parseShardMap,
  placementOf,
  rangesOf,
} from '../../../service/sharding/placement';
import { Routing } from '../../../service/sharding/routing';
import { awsClients, createResources, putParameter, type AwsClients } from '../../support/aws-resources';
import { Ministack } from '../../support/ministack';
import { TestProcess } from '../../support/process';
import { waitFor } from '../../support/wait';
import { log, ShardServers } from './shard-servers';

const ROOT = resolve(__dirname, '../../..');
const MAP = '/tiers/test/shard-map';
const EVEN = rangesOf(evenPlacement(2));

describe('a move', () => {
  let servers: ShardServers;
  let ministack: Ministack;
  let aws: AwsClients;
  let environment: Record<string, string>;
  let build: string;
  let users: Users;
  let posts: Posts;

  beforeAll(async () => {
    build = mkdtempSync(join(tmpdir(), 'tiers-build-'));
    [servers, ministack] = await Promise.all([ShardServers.start(2), Ministack.start()]);
    execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), `--out=${build}`, 'service']);
    const aside = ministack.environment;
    Object.assign(process.env, aside);
    aws = awsClients(ministack.endpoint);
    const { table } = await createResources(aws);
    environment = { ...servers.environment, ...aside, SHARD_MAP_PARAMETER: MAP, TABLE_NAME: table };
    const shards = servers.shards();
    users = new Users(shards);
    posts = new Posts(shards);
  }, 120_000);
  afterAll(async () => {
    await servers.stop();
    for (const client of Object.values(aws)) client.destroy();
    await ministack.stop();
    rmSync(build, { recursive: true, force: true });
  }, 120_000);

  let names = 0;
  const newUser = async (physical: number): Promise<{ id: string; name: string; shard: number }> => {
    for (;;) {
      const name = `user-${(names += 1)}`;
      const { value } = await users.insert(name, 'hash', undefined);
      const { shard } = decodeId(value.user.id);
      if (evenShare(shard, 2) === physical) return { id: value.user.id, name, shard };
    }
  };
  const stored = async () => {
    const { Parameter } = await aws.ssm.send(new GetParameterCommand({ Name: MAP }));
    return { map: parseShardMap(Parameter?.Value ?? '', 2), written: Parameter?.Version ?? 0 };
  };
  const items = async () => {
    const { Items } = await aws.dynamodb.send(
      new QueryCommand({
        TableName: environment['TABLE_NAME'],
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'places' },
      }),
    );
    return Items ?? [];
  };
  const start = (...words: string[]): TestProcess =>
    new TestProcess(process.execPath, [join(build, 'service/move-shard.js'), ...words], {
      env: { PATH: process.env['PATH'], NODE_PATH: join(ROOT, 'node_modules'), ...environment },
    });
  const run = async (...words: string[]): Promise<void> => {
    const child = start(...words);
    if ((await child.exited()) !== 0) throw new Error(child.text());
  };
  /** A node that follows map and index, as of now. */
  const node = async (): Promise<Routing> => {
    const config = parseWorkerConfig({
      ...environment,
      DB_AUTH: 'peer',
      QUEUE_URL: 'http://127.0.0.1:1',
      ASSET_BUCKET: 'b',
    });
    const routing = new Routing(config, 2, log);
    await routing.start();
    return routing;
  };
  const publishHere = () => publish(servers.administration, parseMigrateConfig(environment), log);
  beforeEach(async () => {
    await putParameter(aws.ssm, MAP, JSON.stringify({ version: 1, shards: EVEN }));
    await publishHere();
  });

  test('of a logical shard is in the map, one version on, and a node that knows only the map finds it', async () => {
    const { id, shard } = await newUser(0);
    const { map: before } = await stored();
    await run('--shard', String(shard), '--to', '1', '--grace', '0');
    const { map, written } = await stored();
    expect(map.version).toBe(before.version + 1);
    expect(placementOf(map.shards)).toEqual(placementOf(before.shards).with(shard, 1));
    const routing = await node();
    expect(routing.of(id)).toBe(1);
    routing.close();
    // Once more: nothing is moved, and nothing written.
    await run('--shard', String(shard), '--to', '1', '--grace', '0');
    expect((await stored()).written).toBe(written);
  }, 120_000);

  test('of one user is in the index, and the map stays; an index that is wrong costs a question and no answer', async () => {
    const { id, name, shard } = await newUser(1);
    const { written } = await stored();
    await run('--user', id, '--to', '0', '--grace', '0');
    const item = { pk: 'places', sk: id, name, ownShard: shard + 4096, physical: 0 };
    expect(await items()).toContainEqual(item);
    expect((await stored()).written).toBe(written);
    const routing = await node();
    expect([routing.of(id), routing.of({ shard, name }), routing.of(shard)]).toEqual([0, 0, 1]);
    const post = (await posts.insert(id, 'with a shard of its own', undefined)).value.id;
    expect(routing.of(post)).toBe(0);
    routing.close();

    await aws.dynamodb.send(
      new PutCommand({ TableName: environment['TABLE_NAME'], Item: { ...item, physical: 1 } }),
    );
    const wrong = await node();
    expect(wrong.of(id)).toBe(1);
    const misled = servers.shards(wrong);
    expect((await new Posts(misled).find(post))?.text).toBe('with a shard of its own');
    expect((await new Users(misled).findByName(name))?.id).toBe(id);
    await new Posts(misled).insert(id, 'written where it lives', undefined);
    expect((await posts.listByAuthor(id, 9)).map(({ text }) => text)).toEqual([
      'written where it lives',
      'with a shard of its own',
    ]);
    // The next move writes the index as the databases have it.
    await publishHere();
    expect(await items()).toContainEqual(item);
  }, 120_000);

  /** A connection that holds something up on one of the databases, until it is ended. */
  const blockers: Client[] = [];
  afterEach(async () => {
    await Promise.all(blockers.splice(0).map((blocker) => blocker.end()));
  });
  const block = async (physical: number, sql: string): Promise<Client> => {
    const { port } = servers.clusters[physical]!.primary;
    const blocker = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'app' });
    blocker.on('error', () => undefined);
    blockers.push(blocker);
    await blocker.connect();
    await blocker.query(sql);
    return blocker;
  };
  const waiting = (physical: number, what: string, query: string): Promise<unknown> =>
    waitFor(
      what,
      async () => {
        const found = await servers.clusters[physical]!.primary.query(
          `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1`,
          [query],
        );
        return found.length > 0;
      },
      50_000,
    );

  /** Where a move is held up and killed. Answers what lets the others go on. */
  const KILLED: Record<string, (shard: number) => Promise<() => Promise<void>>> = {
    'while it copies': async (shard) => {
      const blocker = await block(0, 'BEGIN; LOCK TABLE posts IN ACCESS EXCLUSIVE MODE');
      const child = start('--shard', String(shard), '--to', '1');
      await waiting(0, 'the copy', '%to_jsonb(t)::text AS row FROM "posts"%');
      await child.stop('SIGKILL');
      return () => blocker.end();
    },
    'with the map out of reach': async (shard) => {
      ministack.signal('SIGSTOP');
      const child = start('--shard', String(shard), '--to', '1');
      await waitFor(
        'the places',
        async () => {
          const [place] = await servers.clusters[1]!.primary.query(
            'SELECT FROM shard_places WHERE logical = $1 AND physical IS NULL',
            [shard],
          );
          return place !== undefined;
        },
        50_000,
      );
      await child.stop('SIGKILL');
      ministack.signal('SIGCONT');
      return async () => undefined;
    },
    'before it removes the old rows': async (shard) => {
      const child = start('--shard', String(shard), '--to', '1', '--grace', '3600');
      await waitFor('the map', () => child.text().includes('map published'), 50_000);
      await child.stop('SIGKILL');
      return async () => undefined;
    },
  };

  test.each(Object.entries(KILLED))(
    'that was killed %s is finished by the same command, map included',
    async (_when, kill) => {
      const { id, shard } = await newUser(0);
      const told = [(await posts.insert(id, 'before', undefined)).value.id];
      const release = await kill(shard);
      await release();
      told.unshift((await posts.insert(id, 'between', undefined)).value.id);
      await run('--shard', String(shard), '--to', '1', '--grace', '0');
      told.unshift((await posts.insert(id, 'after', undefined)).value.id);
      const held = await Promise.all(
        servers.clusters.map(({ primary }) =>
          primary.query<{ id: string }>('SELECT id::text FROM posts WHERE author_id = $1 ORDER BY id DESC', [
            id,
          ]),
        ),
      );
      expect(held.map((rows) => rows.map((row) => row.id))).toEqual([[], told]);
      expect(placementOf((await stored()).map.shards)[shard]).toBe(1);
    },
    120_000,
  );

  test('waits for what one that was killed still has under way', async () => {
    const { id, shard } = await newUser(0);
    const told = (await posts.insert(id, 'kept', undefined)).value.id;
    const blocker = await block(1, 'BEGIN; LOCK TABLE posts IN ACCESS EXCLUSIVE MODE');
    const killed = start('--shard', String(shard), '--to', '1', '--grace', '0');
    await waiting(1, 'the first', 'DELETE FROM "posts"%');
    await killed.stop('SIGKILL');
    const second = start('--shard', String(shard), '--to', '1', '--grace', '0');
    await waiting(1, 'the second', 'SELECT pg_advisory_lock%');
    await blocker.end();
    expect([await second.exited(), second.text()]).toEqual([0, expect.stringContaining('map published')]);
    expect((await posts.listByAuthor(id, 9)).map((post) => post.id)).toEqual([told]);
  }, 120_000);

  test('that finds the map written by somebody else meanwhile refuses to write over it, and says so', async () => {
    const { shard } = await newUser(0);
    await move(servers.administration, { shard }, 1, log, { graceSeconds: 0 });
    const blocker = await block(1, 'BEGIN; LOCK TABLE user_places IN ACCESS EXCLUSIVE MODE');
    const publishing = publishHere();
    publishing.catch(() => undefined);
    await waiting(1, 'the map to be read', '%FROM user_places%');
    const theirs = { version: 40, shards: EVEN };
    await putParameter(aws.ssm, MAP, JSON.stringify(theirs));
    await blocker.end();
    await expect(publishing).rejects.toThrow('was written by somebody else meanwhile');
    expect((await stored()).map).toEqual(theirs);
    await publishHere();
    const { map } = await stored();
    expect([map.version, placementOf(map.shards)[shard]]).toEqual([41, 1]);
  }, 120_000);

  test('that finds no map in the parameter says what to do, with everything at its new place', async () => {
    const { id, shard } = await newUser(0);
    await putParameter(aws.ssm, MAP, '{');
    const child = start('--shard', String(shard), '--to', '1', '--grace', '0');
    expect(await child.exited()).toBe(1);
    expect(child.text()).toContain('get-parameter-history');
    await posts.insert(id, 'still there', undefined);
    expect(await posts.listByAuthor(id, 9)).toHaveLength(1);
  }, 120_000);
});
