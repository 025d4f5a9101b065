import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './support/root';
import { repositoryFiles } from './support/tracked';

const folder = join(ROOT, 'docs/decisions');
const records = readdirSync(folder)
  .filter((file) => /^\d{4}-.*\.md$/.test(file))
  .sort();
const headings = (text: string): string[] => [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!);

describe('docs/decisions', () => {
  it('numbers its records from 0001 on without a gap', () => {
    expect(records.length).toBeGreaterThanOrEqual(7);
    expect(records.map((file) => file.slice(0, 4))).toEqual(
      records.map((_, i) => String(i + 1).padStart(4, '0')),
    );
  });

  it.each([...records, 'template.md'])(
    '%s has context, options, choice and cost, none of them empty',
    (file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      expect(headings(text)).toEqual(['Context', 'Options', 'Choice', 'Cost']);
      for (const section of text.split(/^## .+$/m).slice(1))
        expect(section.trim().length).toBeGreaterThan(40);
      expect(text.split('\n').length).toBeLessThanOrEqual(70);
    },
  );

  it.each(records)('%s stands in the index under its own number', (file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const number = file.slice(0, 4);
    expect(text).toMatch(new RegExp(`^# ${number} \\S`));
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(`| [${number}](${file}) |`);
  });
});

describe('the documents', () => {
  const documents = repositoryFiles().filter((file) => file.endsWith('.md'));

  it.each(documents)('%s links only to files that are there', (document) => {
    const text = readFileSync(join(ROOT, document), 'utf8').replace(/```[\s\S]*?```/g, '');
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map(
      ([, target]) => target!,
    );
    expect(links.filter((target) => !existsSync(join(ROOT, dirname(document), target)))).toEqual([]);
  });
});
