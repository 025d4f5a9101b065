import { ExpressionError } from './ast';
import type { Scanner } from './scanner';

const SIMPLE = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['"', '"'],
  ['\\', '\\'],
]);

/** One escape sequence of a quoted string (page "Strings and Templates" of Terraform's language documentation). */
export function unescape(scanner: Scanner): string {
  scanner.take('\\');
  const letter = scanner.next();
  const simple = SIMPLE.get(letter);
  if (simple !== undefined) return simple;
  const length = letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
  const hex = scanner.text.slice(scanner.position, scanner.position + length);
  const code = Number.parseInt(hex, 16);
  if (length > 0 && new RegExp(`^[0-9a-fA-F]{${length}}$`).test(hex) && code <= 0x10ffff) {
    scanner.position += length;
    return String.fromCodePoint(code);
  }
  throw new ExpressionError(
    `found the escape '\\${letter}${hex}' in a quoted string`,
    'Allowed are \\n, \\r, \\t, \\", \\\\, \\uNNNN and \\UNNNNNNNN',
  );
}

/** The inverse: text that stands for itself inside quotes. */
export function quote(text: string): string {
  const escaped = text
    .replace(/\\/g, '\\\\')
    .replace(/"/g, '\\"')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t');
  return `"${escapeTemplate(escaped)}"`;
}

/** Text that stands for itself as a template. */
export function escapeTemplate(text: string): string {
  return text.replace(/([$%])\{/g, '$1$1{');
}
