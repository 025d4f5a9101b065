import type { Json } from '../types';
import { ExpressionError, type FunctionName } from './ast';

type Implementation = (args: readonly Json[]) => Json;

/** The functions that modules may emit, as the pages of Terraform's function reference describe them. */
const IMPLEMENTATIONS: Readonly<Record<FunctionName, Implementation>> = {
  base64encode: (args) => {
    const [text] = exactly('base64encode', args, 1);
    return Buffer.from(toText(text, 'the argument of base64encode()'), 'utf8').toString('base64');
  },
  jsonencode: (args) => jsonEncode(exactly('jsonencode', args, 1)[0] ?? null),
  tolist: (args) => toList(exactly('tolist', args, 1)[0], 'tolist'),
  element: (args) => {
    const [items, index] = exactly('element', args, 2);
    const list = toList(items, 'element');
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0)
      throw new ExpressionError(
        `found ${show(index)} as the index of element()`,
        'It must be a whole number of 0 or more',
      );
    // element() wraps around: index modulo length.
    const item = list[index % list.length];
    if (item === undefined)
      throw new ExpressionError('found element() of an empty list', 'The list needs an item');
    return item;
  },
  join: (args) => {
    const [separator, ...lists] = args;
    const items = lists.flatMap((list) => toList(list, 'join'));
    return items.map((item) => toText(item, 'an item of join()')).join(toText(separator, 'the separator'));
  },
  format: (args) => format(args),
  replace: (args) => {
    const [text, found, instead] = exactly('replace', args, 3).map((arg) =>
      toText(arg, 'an argument of replace()'),
    );
    // Between slashes it would be a regular expression of Go's.
    if (/^\/.*\/$/.test(found!))
      throw new ExpressionError(
        `found ${show(found)} as what replace() looks for`,
        'It must be literal text, not a pattern between slashes',
      );
    return text!.split(found!).join(instead!);
  },
};

export function callFunction(name: FunctionName, args: readonly Json[]): Json {
  return IMPLEMENTATIONS[name](args);
}

/** Terraform's conversion of a value inside a template: numbers and booleans become text, null and collections are refused. */
export function toText(value: Json | undefined, what: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new ExpressionError(`found ${show(value)} as ${what}`, 'It must be a string, a number or a boolean');
}

function exactly(name: string, args: readonly Json[], count: number): readonly Json[] {
  if (args.length === count) return args;
  throw new ExpressionError(`found ${name}() with ${args.length} arguments`, `It takes ${count}`);
}

function toList(value: Json | undefined, name: string): readonly Json[] {
  if (isList(value)) return value;
  throw new ExpressionError(`found ${show(value)} in ${name}()`, 'It must be a list');
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Object keys in lexical order, and <, >, & and the two line separators escaped, as jsonencode() writes them. */
function jsonEncode(value: Json): string {
  return JSON.stringify(sorted(value)).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function sorted(value: Json): Json {
  if (isList(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

function format(args: readonly Json[]): string {
  const [pattern, ...values] = args;
  let used = 0;
  const text = toText(pattern, 'the pattern of format()').replace(/%(0\d+)?(.)?/g, (verb, width, letter) => {
    if (verb === '%%') return '%';
    const value = values[used++];
    if ((letter === 's' || letter === 'v') && width === undefined)
      return toText(value, `the value of ${verb} in format()`);
    if (letter === 'd' && typeof value === 'number' && Number.isInteger(value))
      return padded(value, Number(width ?? 0));
    throw new ExpressionError(
      `found ${verb} with ${show(value)} in format()`,
      'Allowed are %s, %v, %d and %0Nd with a value of that kind, and %%',
    );
  });
  if (used < values.length)
    throw new ExpressionError(
      `found ${values.length} values for ${used} verbs in format()`,
      'Their numbers must match',
    );
  return text;
}

function padded(value: number, width: number): string {
  const sign = value < 0 ? '-' : '';
  return sign + String(Math.abs(value)).padStart(width - sign.length, '0');
}

function show(value: Json | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60);
}
