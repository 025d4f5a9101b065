import { openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { pino } from 'pino';
import { databaseLeases, tableLeases } from '../../../service/ids/leases';
import { TimeIdSource } from '../../../service/ids/time-id-source';
import { ClockBehindError, NoWorkerNumberError } from '../../../service/ids/time-ids';
import { REGION } from '../../support/aws-resources';

/**
 * A process that makes ids, for the tests: `COUNT` of them as fast as it can, as 64-bit numbers into the file `OUT`; or,
 * without a count, a few at a time as lines until it is told to stop.
 */
const { COUNT, OUT = '', TABLE, DATABASE_PORT, DATACENTER = '0', LEASE_MS = '30000' } = process.env;
const config = {
  TIERS_ENVIRONMENT: 'test',
  AWS_REGION: REGION,
  INSTANCE_ID: `p${process.pid}`,
  LOG_LEVEL: 'info',
} as const;
const pool = new Pool({
  host: '127.0.0.1',
  port: Number(DATABASE_PORT),
  user: 'postgres',
  database: 'app',
  ssl: { rejectUnauthorized: false },
});
const store = TABLE === undefined ? databaseLeases(pool) : tableLeases(config, TABLE);
const source = new TimeIdSource(
  store,
  { datacenter: Number(DATACENTER), leaseMs: Number(LEASE_MS) },
  pino(pino.destination({ sync: true })),
);
const file = openSync(OUT, 'w');
let stopping = false;

async function run(): Promise<void> {
  await source.start();
  for (let made = 0; COUNT !== undefined && made < Number(COUNT);) {
    const ids = await source.take(Math.min(10_000, Number(COUNT) - made));
    writeSync(file, BigUint64Array.from(ids, BigInt));
    made += ids.length;
  }
  while (COUNT === undefined && !stopping) {
    try {
      writeSync(file, `${(await source.take(20)).join('\n')}\n`);
    } catch (error) {
      if (!(error instanceof NoWorkerNumberError || error instanceof ClockBehindError)) throw error;
    }
    await sleep(5);
  }
  await source.close();
  await pool.end();
}

process.on('SIGTERM', () => (stopping = true));
run().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
