import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { readRecord, recordOf, TABLE } from '../../tools/compare';
import { forkInventory } from './fork';
import { currentRelease, notes, recordedVersions, RELEASES } from './releases';

/**
 * `npm run release:record`: writes what this version says of everything in the fork that holds data, and what changed since the
 * release before. A version that is released keeps its record.
 */
async function main(): Promise<void> {
  const { version, released } = currentRelease();
  const recorded = recordedVersions();
  if (released && recorded.includes(version))
    throw new Error(
      `releases/${version}.json: ${version} is released; raise the version in package.json first`,
    );
  const before = recorded.filter((one) => one !== version).at(-1);
  const inventory = forkInventory();
  const previous = before && { version: before, inventory: readRecord(join(RELEASES, `${before}.json`)) };
  const record = JSON.stringify(recordOf(inventory, version, TABLE.provider));
  mkdirSync(RELEASES, { recursive: true });
  writeFileSync(join(RELEASES, `${version}.json`), await format(record, { parser: 'json', printWidth: 110 }));
  writeFileSync(join(RELEASES, `${version}.md`), notes(version, inventory, previous || undefined));
  process.stdout.write(`releases/${version}.json and releases/${version}.md\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
