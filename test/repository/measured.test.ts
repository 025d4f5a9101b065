import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { results, type Result } from '../../bench/record';

const ROOT = resolve(__dirname, '../..');
const DOCUMENT = join(ROOT, 'docs/measured.md');
const MARKER = '<!-- below: written from bench/results -->\n';

const section = (name: string, { date, commit, command, cores, figures }: Result): string =>
  [
    `## ${name}`,
    '',
    `\`${command}\`, ${date}, at ${commit}, ${cores} cores.`,
    '',
    '| What | Measured |',
    '| --- | --- |',
    ...figures.map(({ what, value }) => `| ${what} | ${value} |`),
    '',
  ].join('\n');

test('the document of what was measured says what the results say', () => {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [head] = text.split(MARKER);
  const sections = Object.entries(results()).map(([name, result]) => section(name, result));
  const written = `${head}${MARKER}\n${sections.join('\n')}`;
  // `WRITE_DOCS=1 npx jest test/repository/measured` writes it again.
  if (process.env.WRITE_DOCS) writeFileSync(DOCUMENT, written);
  else expect(text).toBe(written);
});

test.each(Object.entries(results()))(
  '%s says when, at which commit and by which command',
  (_name, result) => {
    expect(result).toMatchObject({
      date: expect.stringMatching(/^20\d\d-\d\d-\d\d$/) as string,
      commit: expect.stringMatching(/^[0-9a-f]{12}\+?$/) as string,
      command: expect.stringMatching(/^(make|npm|npx) /) as string,
    });
    expect(result.figures.length).toBeGreaterThan(0);
  },
);
