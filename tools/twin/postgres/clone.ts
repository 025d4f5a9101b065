import { chownSync, constants, copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Address } from '../address-plan';
import type { Account } from './account';
import type { PostgresServer } from './server';
import { connectionInfo } from './settings';

/** Folders whose content belongs to the running server only; they are copied empty. */
const EMPTY = new Set([
  ...[
    'pg_wal',
    'pg_replslot',
    'pg_stat_tmp',
    'pg_dynshmem',
    'pg_notify',
    'pg_serial',
    'pg_snapshots',
    'pg_subtrans',
  ],
]);
const LEFT_OUT =
  /^(postmaster\.(pid|opts)|standby\.signal|recovery\.signal|backup_label.*|postgresql\.auto\.conf|pgsql_tmp.*)$/;

function vanished(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/**
 * Copies a data folder that is in use: files that vanish meanwhile are in the log that recovery reads. Thousands of small files:
 * one by one is many times faster than through the thread pool, and other work gets its turn between folders.
 */
async function copyData(from: string, to: string, account: Account | undefined, top = true): Promise<void> {
  await turn();
  const folders: string[] = [];
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (top && LEFT_OUT.test(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    try {
      if (entry.isDirectory()) {
        mkdirSync(target, { mode: 0o700 });
        if (!(top && EMPTY.has(entry.name))) folders.push(entry.name);
      } else if (entry.isFile()) {
        copyFileSync(source, target, constants.COPYFILE_FICLONE);
      }
      if (account) chownSync(target, account.uid, account.gid);
    } catch (error) {
      if (!vanished(error)) throw error;
    }
  }
  for (const folder of folders) await copyData(join(from, folder), join(to, folder), account, false);
}

export interface CloneOptions {
  readonly source: PostgresServer;
  readonly target: PostgresServer;
  /** Where the clone streams from: the source itself, or an address that follows the writer. */
  readonly streamFrom: Address;
  /** Name that the source sees in pg_stat_replication. */
  readonly applicationName: string;
}

/**
 * Makes `target` (which must not run) a standby of the running `source` by an online backup over one connection
 * ("Making a Base Backup Using the Low Level API" in the PostgreSQL manual).
 */
export async function cloneServer({
  source,
  target,
  streamFrom,
  applicationName,
}: CloneOptions): Promise<void> {
  const { operators, account } = source.host;
  target.makeDataFolder();
  const client = await source.connect('postgres', 30_000);
  let label: string;
  let tablespaces: string;
  try {
    await client.query("SELECT pg_backup_start('clone', true)");
    await copyData(source.dataFolder, target.dataFolder, account);
    const result = await client.query<{ labelfile: string; spcmapfile: string }>(
      'SELECT labelfile, spcmapfile FROM pg_backup_stop(false)',
    );
    label = result.rows[0]?.labelfile ?? '';
    tablespaces = result.rows[0]?.spcmapfile ?? '';
  } finally {
    await client.end().catch(() => undefined);
  }
  target.writeFile('backup_label', label);
  if (tablespaces !== '') target.writeFile('tablespace_map', tablespaces);
  target.writeFile('standby.signal', '');
  const info = connectionInfo(streamFrom, operators, applicationName);
  target.writeFile(
    'postgresql.auto.conf',
    `primary_conninfo = '${info}'\nrecovery_target_timeline = 'latest'\n`,
  );
  target.writeConfiguration();
}
