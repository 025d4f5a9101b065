import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { changesOf, compare, type Inventory } from '../../tools/compare';

export const ROOT = resolve(__dirname, '../..');
export const RELEASES = join(ROOT, 'releases');

/** Versions with a record, the oldest first. */
export function recordedVersions(): string[] {
  if (!existsSync(RELEASES)) return [];
  return readdirSync(RELEASES)
    .filter((name) => /^\d+\.\d+\.\d+\.json$/.test(name))
    .map((name) => name.replace(/\.json$/, ''))
    .sort(byVersion);
}

function byVersion(one: string, other: string): number {
  const [first, second] = [one, other].map((text) => text.split('.').map(Number)) as [number[], number[]];
  return first.map((part, index) => part - second[index]!).find((difference) => difference !== 0) ?? 0;
}

/** The version of this checkout, and whether CHANGELOG.md gives it a date: then it is released, and nothing of it changes. */
export function currentRelease(): { readonly version: string; readonly released: boolean } {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const heading = new RegExp(`^## ${version.replaceAll('.', '\\.')} \\((.+)\\)$`, 'm');
  const found = heading.exec(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'));
  if (!found) throw new Error(`CHANGELOG.md: there is no heading "## ${version} (unreleased)"; add it`);
  return { version, released: found[1] !== 'unreleased' };
}

/** What a release says to forks of what holds data: `releases/<version>.md`. */
export function notes(
  version: string,
  after: Inventory,
  previous?: { readonly version: string; readonly inventory: Inventory },
): string {
  const title = `# ${version}: what changes for data in a fork's plans\n`;
  if (!previous) return `${title}\nThe first record: there is no release before it to compare with.\n`;
  const { added, gone, changed } = changesOf(previous.inventory, after);
  const bad = compare(previous.inventory, after)
    .filter(({ severity }) => severity !== 'step')
    .map(({ address, message }) => `${address}: ${message}`);
  const list = (heading: string, lines: readonly string[]): string =>
    `\n## ${heading}\n\n${lines.length > 0 ? lines.map((line) => `- \`${line}\``).join('\n') : 'Nothing.'}\n`;
  return [
    title,
    `\nCompared with ${previous.version}, for the fork in test/upgrade/fork. Written by \`npm run release:record\`.\n`,
    list('New addresses', added),
    list('Addresses that are gone', gone),
    list('Changed arguments', changed),
    list('Lost or refused', bad),
  ].join('');
}
