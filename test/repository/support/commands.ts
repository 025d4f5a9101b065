import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root';

/** The documents whose shell blocks promise that a command works. */
export const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/first-deploy.md',
  'docs/image.md',
  'docs/packages.md',
  'docs/regions.md',
];

/** One command of a shell block. */
export interface Command {
  readonly document: string;
  readonly line: number;
  readonly text: string;
}

/** The commands of a document's ```sh blocks: comments and prompts dropped, continued lines and && taken apart. */
export function commandsIn(document: string, markdown: string): Command[] {
  const commands: Command[] = [];
  let inside = false;
  let pending: { line: number; text: string } | undefined;
  markdown.split('\n').forEach((raw, i) => {
    const line = raw.trim();
    if (/^```/.test(line)) {
      inside = !inside && /^```(sh|bash|shell|console)\b/.test(line);
      return;
    }
    if (!inside) return;
    const started = pending ?? { line: i + 1, text: '' };
    const text = `${started.text} ${line.replace(/^\$ /, '')}`.trim();
    if (text.endsWith('\\')) {
      pending = { ...started, text: text.slice(0, -1).trim() };
      return;
    }
    pending = undefined;
    const bare = text.replace(/(^|\s)#.*$/, '').trim();
    for (const each of bare.split(/\s+&&\s+/).filter(Boolean)) {
      commands.push({ document, line: started.line, text: each });
    }
  });
  return commands;
}

/** All commands of the documents, each text once, where it stands first. */
export function documentedCommands(): Command[] {
  const all = DOCUMENTS.filter((document) => existsSync(join(ROOT, document))).flatMap((document) =>
    commandsIn(document, readFileSync(join(ROOT, document), 'utf8')),
  );
  return all.filter(({ text }, i) => all.findIndex((other) => other.text === text) === i);
}

/** Words of a command; quotes keep words together and are removed. */
export function words(text: string): string[] {
  return [...text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare!,
  );
}
