import { createHash } from 'node:crypto';
import { basename } from 'node:path';

/** Of a V8 stack: the name of the function, if it has one, and its file. Lines and columns move with each release. */
const FRAME = /^\s*at (?:async )?(?:(?:new )?([\w$.<>[\] ]+) \()?(?:file:\/\/)?([^()]+?):\d+:\d+\)?$/;

/** The first frame that is the service's own code and not that of Node or of a library. */
function ownFrame(stack: string): string | undefined {
  for (const line of stack.split('\n')) {
    const [, name = '', file = ''] = FRAME.exec(line) ?? [];
    if (file === '' || file.startsWith('node:') || file.includes('node_modules')) continue;
    return `${name} ${basename(file)}`;
  }
  return undefined;
}

/** A message without what differs from one occurrence to the next: quoted values, ids, addresses, numbers. */
const shape = (message: string): string =>
  message
    .replace(/"[^"]*"|'[^']*'/g, '*')
    .replace(/\b(?=\w*\d)[\w-]+\b/g, '*')
    .replace(/\*(?:[.:/]\*)+/g, '*');

/**
 * Sixteen hexadecimal digits that are the same each time that something fails in the same way, in every release: made of type
 * and code of the error, and the function that it comes from or else its message. The log and the error tracker
 * group by it alike.
 */
export function fingerprint(error: unknown): string {
  const { code } = Object(error) as { code?: unknown };
  const parts =
    error instanceof Error
      ? [error.constructor.name, String(code ?? ''), ownFrame(error.stack ?? '') ?? shape(error.message)]
      : ['message', '', shape(String(error))];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}
