import { parseArgs } from 'node:util';
import { ConfigError, parseMigrateConfig } from './config';
import { Administration } from './database/administration';
import { decodeId, isIdOf, LOGICAL_SHARDS } from './ids/layout';
import { main } from './lifecycle';
import { createLogger } from './logger';
import { move } from './sharding/move/move';
import { publish } from './sharding/move/publish';
import type { Subject } from './sharding/move/tables';

const USAGE = `usage: move-shard (--shard <0 to ${LOGICAL_SHARDS - 1}> | --user <id>) --to <physical shard> [--grace <seconds, 60>]`;

function parseArguments(count: number): { subject: Subject; to: number; graceSeconds: number } {
  const { values } = parseArgs({
    options: {
      shard: { type: 'string' },
      user: { type: 'string' },
      to: { type: 'string' },
      grace: { type: 'string', default: '60' },
    },
  });
  const { shard = '', user, to = '', grace } = values;
  const whole = (text: string, limit: number): boolean => /^\d{1,5}$/.test(text) && Number(text) < limit;
  const given = user === undefined ? whole(shard, LOGICAL_SHARDS) : shard === '' && isIdOf('user', user);
  if (!given || !whole(to, count) || !whole(grace, 86_401)) {
    throw new ConfigError(`${USAGE}\nDB_SHARDS has the physical shards 0 to ${count - 1}.`);
  }
  return {
    subject: user === undefined ? { shard: Number(shard) } : { shard: decodeId(user).shard, user },
    to: Number(to),
    graceSeconds: Number(grace),
  };
}

/** Moves a logical shard, or one user, to another database, on a machine that migrates, and has map and index of its region say so. */
async function run(): Promise<void> {
  const config = parseMigrateConfig(process.env);
  const log = createLogger('move-shard', config);
  const administration = new Administration(config, 'move-shard', log);
  const { subject, to, graceSeconds } = parseArguments(administration.shards.length);
  try {
    await move(administration, subject, to, log, {
      graceSeconds,
      publish: () => publish(administration, config, log),
    });
  } finally {
    await administration.close();
  }
}

main('move-shard', run);
