import { setImmediate as turn } from 'node:timers/promises';
import { Pool } from 'pg';
import { Database } from '../../../service/database/database';
import { encodeId, TYPES } from '../../../service/ids/layout';
import { scatter } from '../../../service/sharding/scatter';
import { Shards } from '../../../service/sharding/shards';
import { log } from './shard-servers';

test('asks eight databases at a time, each once, however many there are', async () => {
  const databases = Array.from({ length: 20 }, (_, number) => new Database(new Pool(), [], log, { number }));
  const shards = new Shards(databases);
  const keys = Array.from({ length: 400 }, (_, n) =>
    String(encodeId({ shard: n * 10, type: TYPES.user, local: 1n })),
  );
  let running = 0;
  const most: number[] = [];
  const asked: number[] = [];
  const { missing } = await scatter(
    shards,
    keys,
    {
      of: async (database) => {
        asked.push(database.number);
        most.push((running += 1));
        for (let n = 0; n < 5; n += 1) await turn();
        running -= 1;
        throw new Error('away');
      },
      alone: () => Promise.reject(new Error('nobody is asked for one key')),
    },
    async () => ({ rows: [], away: [] }),
  );
  expect(Math.max(...most)).toBe(8);
  expect(asked.sort((a, b) => a - b)).toEqual(databases.map(({ number }) => number));
  expect([...missing].sort()).toEqual([...keys].sort());
  await shards.close();
});
