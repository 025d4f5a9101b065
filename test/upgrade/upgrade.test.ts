import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import execa from 'execa';
import { changesOf, compare, readRecord, recordOf, TABLE, type Inventory } from '../../tools/compare';
import { drop, set } from '../safety/breaking';
import { inventoryFrom, line } from '../compare/support';
import type { Documents } from '../safety/plan';
import { forkDocuments } from './fork';
import { currentRelease, notes, recordedVersions, RELEASES, ROOT } from './releases';

jest.setTimeout(60_000);

const documents = forkDocuments();
const now = inventoryFrom(documents);
const records = recordedVersions().map((version) => ({
  version,
  inventory: readRecord(join(RELEASES, `${version}.json`)),
}));
const latest = records.at(-1)!;
const DATA = 'production-eu-west-1-data';

const bad = (before: Inventory, after: Inventory): string[] =>
  compare(before, after)
    .filter(({ severity }) => severity !== 'step')
    .map(line);

function broken(change: (copy: Documents) => void): Inventory {
  const copy = structuredClone(documents);
  change(copy);
  return inventoryFrom(copy);
}

test('there is a record, and none is of a version to come', () => {
  const { version } = currentRelease();
  expect(records.length).toBeGreaterThan(0);
  expect(records.map((record) => record.version)).toContain(version);
  expect(latest.version).toBe(version);
});

test.each(records)('a fork that is at $version takes this code and loses nothing', ({ inventory }) => {
  expect(Object.values(inventory.stacks).flatMap(({ holders }) => holders).length).toBeGreaterThan(50);
  expect(bad(inventory, now)).toEqual([]);
});

test('the record of a released version is what its code synthesizes, and stays what its tag has', async () => {
  const { version, released } = currentRelease();
  if (released)
    expect(recordOf(now, version, TABLE.provider)).toEqual(
      recordOf(latest.inventory, version, TABLE.provider),
    );
  for (const record of records) {
    const file = `releases/${record.version}.json`;
    const tagged = await execa('git', ['show', `v${record.version}:${file}`], { cwd: ROOT, reject: false });
    // A clone may have no tags.
    const { stdout: tag } = await execa('git', ['tag', '--list', `v${record.version}`], { cwd: ROOT });
    if (tag === '') continue;
    const folder = mkdtempSync(join(tmpdir(), 'tiers-tag-'));
    writeFileSync(join(folder, 'record.json'), tagged.stdout);
    expect(readRecord(join(folder, 'record.json'))).toEqual(record.inventory);
    rmSync(folder, { recursive: true });
  }
});

describe('a release that would lose something of a fork', () => {
  test('says so against the record as against a synthesis: a record leaves nothing out that counts', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tiers-record-'));
    const file = join(folder, '9.9.9.json');
    writeFileSync(file, JSON.stringify(recordOf(now, '9.9.9', TABLE.provider)));
    const read = readRecord(file);
    rmSync(folder, { recursive: true });
    expect(changesOf(read, now)).toEqual({ added: [], gone: [], changed: [] });

    const changes: ((copy: Documents) => void)[] = [
      set(`${DATA}:aws_db_instance.shard_00_a`, 'db_name', 'other'),
      set(`${DATA}:aws_db_instance.shard_00_b`, 'replicate_source_db', 'other'),
      set(`${DATA}:aws_s3_bucket.assets_bucket`, 'bucket', 'other'),
      set(`${DATA}:aws_kms_key.encryption_key`, 'multi_region', true),
      drop(`${DATA}:aws_elasticache_replication_group.cache_a`, 'kms_key_id'),
      (copy) => void Reflect.deleteProperty(copy[DATA]!.resource as object, 'aws_s3_bucket'),
      (copy) => void Reflect.deleteProperty(copy, DATA),
    ];
    for (const change of changes) {
      const after = broken(change);
      expect(bad(read, after)).not.toEqual([]);
      expect(bad(read, after)).toEqual(bad(now, after));
    }
  });

  test('stops the command, which names it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tiers-compare-'));
    const write = (name: string, inventory: Inventory): string => {
      const file = join(folder, `${name}.json`);
      writeFileSync(file, JSON.stringify(recordOf(inventory, '0.0.1', TABLE.provider)));
      return file;
    };
    const run = (before: string, after: string, ...flags: string[]) =>
      execa(join(ROOT, 'bin/tiers'), ['compare', before, after, ...flags], { reject: false });
    const [same, other] = [
      write('same', now),
      write('other', broken(set(`${DATA}:aws_db_instance.shard_00_a`, 'username', 'somebody'))),
    ];
    const fine = await run(same, same);
    expect(fine).toMatchObject({ exitCode: 0, stderr: '' });
    expect(fine.stdout).toMatch(/^\d+ resources hold data before: all stay as they are$/);
    const lost = await run(same, other);
    expect(lost.exitCode).toBe(1);
    expect(lost.stdout).toContain(
      `lost: ${DATA}:aws_db_instance.shard_00_a: username changes from tiers_admin to somebody`,
    );
    expect(lost.stderr).toMatch(/^1 of \d+ resources that hold data would be lost or are refused/);
    const json = await run(same, other, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject([{ severity: 'loss' }]);
    expect((await run(same, join(folder, 'none'))).stderr).toContain('not there; give an output directory');
    mkdirSync(join(folder, 'empty'));
    expect((await run(same, join(folder, 'empty'))).stderr).toContain('there is no synthesis here');
    rmSync(folder, { recursive: true });
  });

  test('is listed in what is written for forks', () => {
    const after = broken((copy) => {
      set(`${DATA}:aws_db_instance.shard_00_a`, 'username', 'somebody')(copy);
      set(`${DATA}:aws_db_instance.shard_00_a`, 'instance_class', 'db.r8g.large')(copy);
      const buckets = (copy[DATA]!.resource as Record<string, Record<string, unknown>>).aws_s3_bucket!;
      buckets.pictures_bucket = buckets.assets_bucket;
      Reflect.deleteProperty(buckets, 'assets_bucket');
    });
    const text = notes('9.9.9', after, { version: '9.9.8', inventory: now });
    expect(text).toContain(`## New addresses\n\n- \`${DATA}:aws_s3_bucket.pictures_bucket\`\n`);
    expect(text).toContain(`## Addresses that are gone\n\n- \`${DATA}:aws_s3_bucket.assets_bucket\`\n`);
    expect(text).toContain('instance_class: db.r7g.large -> db.r8g.large`\n');
    expect(text).toContain('username: tiers_admin -> somebody (of those that replace)`\n');
    expect(text).toContain('## Lost or refused\n\n- ');
  });
});
