import {
  type Expression,
  ExpressionError,
  FUNCTIONS,
  isFunctionName,
  type TemplatePart,
  type Traversal,
} from './ast';
import { Scanner } from './scanner';
import { unescape } from './escapes';

const ALLOWED = `Allowed are literals, lists, objects, direct references and the functions ${FUNCTIONS.join(', ')}`;
const KEYWORDS = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/**
 * Parses a string of Terraform JSON as the template it is: text with `${...}` interpolations.
 * Throws ExpressionError on `%{...}` directives and on all that the subset does not hold.
 */
export function parseTemplate(text: string): Expression {
  const scanner = new Scanner(text);
  return template(scanner, 'end');
}

function template(scanner: Scanner, until: 'end' | 'quote'): Expression {
  const parts: TemplatePart[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') parts.push({ kind: 'text', text });
    text = '';
  };
  for (;;) {
    if (scanner.atEnd()) {
      if (until === 'quote') throw scanner.unexpected('the closing quote of a string');
      break;
    }
    if (until === 'quote' && scanner.take('"')) break;
    if (scanner.take('$${')) text += '${';
    else if (scanner.take('%%{')) text += '%{';
    else if (scanner.startsWith('%{')) {
      throw new ExpressionError(
        `found a template directive '${scanner.text.slice(scanner.position, scanner.position + 24)}'`,
        `Write the value without %{...} (a literal percent brace is %%{). ${ALLOWED}`,
      );
    } else if (scanner.startsWith('${')) {
      flush();
      parts.push(interpolation(scanner));
    } else if (until === 'quote' && scanner.peek() === '\\') text += unescape(scanner);
    else text += scanner.next();
  }
  flush();
  return simplify(parts);
}

/** A template that is text alone is a literal. A lone interpolation stays a template: it keeps the type of its value. */
function simplify(parts: readonly TemplatePart[]): Expression {
  const [first] = parts;
  if (!first) return { kind: 'literal', value: '' };
  if (parts.length === 1 && first.kind === 'text') return { kind: 'literal', value: first.text };
  return { kind: 'template', parts };
}

function interpolation(scanner: Scanner): TemplatePart {
  const start = scanner.position;
  scanner.take('${');
  if (scanner.peek() === '~') throw refused('the whitespace marker ~');
  const inner = expression(scanner);
  scanner.skipSpace();
  if (!scanner.take('}')) throw operatorAt(scanner);
  return { kind: 'interpolation', expression: inner, source: scanner.text.slice(start, scanner.position) };
}

function expression(scanner: Scanner): Expression {
  const primary = primaryOf(scanner);
  const path = traversal(scanner);
  if (primary.kind === 'reference') return { kind: 'reference', path: [...primary.path, ...path] };
  return path.length === 0 ? primary : { kind: 'access', of: primary, path };
}

function primaryOf(scanner: Scanner): Expression {
  scanner.skipSpace();
  if (scanner.take('"')) return template(scanner, 'quote');
  if (scanner.take('[')) return list(scanner);
  if (scanner.take('{')) return object(scanner);
  const number = scanner.number();
  if (number !== undefined) return { kind: 'literal', value: number };
  if (!scanner.atIdentifier()) throw operatorAt(scanner);
  const name = scanner.identifier();
  scanner.skipSpace();
  if (scanner.take('(')) return call(scanner, name);
  const keyword = KEYWORDS.get(name);
  if (keyword !== undefined) return { kind: 'literal', value: keyword };
  return { kind: 'reference', path: [name] };
}

function call(scanner: Scanner, name: string): Expression {
  if (!isFunctionName(name)) throw refused(`the function ${name}()`);
  const args = sequence(scanner, ')', () => expression(scanner));
  return { kind: 'call', name, args };
}

function list(scanner: Scanner): Expression {
  scanner.skipSpace();
  if (/^for\s/.test(scanner.text.slice(scanner.position, scanner.position + 4)))
    throw refused('a for expression');
  return { kind: 'list', items: sequence(scanner, ']', () => expression(scanner)) };
}

function object(scanner: Scanner): Expression {
  const entries = sequence(scanner, '}', (): readonly [string, Expression] => {
    scanner.skipSpace();
    const key = objectKey(scanner);
    scanner.skipSpace();
    if (!scanner.take('=') && !scanner.take(':')) throw scanner.unexpected("'=' after an object key");
    return [key, expression(scanner)];
  });
  return { kind: 'object', entries };
}

function objectKey(scanner: Scanner): string {
  if (scanner.take('"')) {
    const key = template(scanner, 'quote');
    if (key.kind === 'literal' && typeof key.value === 'string') return key.value;
    throw refused('an object key with an expression inside');
  }
  if (!scanner.atIdentifier()) throw scanner.unexpected('an object key');
  return scanner.identifier();
}

function sequence<T>(scanner: Scanner, close: string, item: () => T): T[] {
  const items: T[] = [];
  for (;;) {
    scanner.skipSpace();
    if (scanner.take(close)) return items;
    items.push(item());
    scanner.skipSpace();
    if (scanner.take(close)) return items;
    if (!scanner.take(',')) throw operatorAt(scanner, `',' or '${close}'`);
  }
}

/** `.name`, `.0` (as cdktf writes list items) and `[0]`, `["key"]`. */
function traversal(scanner: Scanner): Traversal {
  const path: (string | number)[] = [];
  for (;;) {
    if (scanner.startsWith('.*') || scanner.startsWith('[*]')) throw refused('a splat');
    if (scanner.take('.')) {
      if (scanner.atIdentifier()) path.push(scanner.identifier());
      else path.push(digits(scanner));
    } else if (scanner.take('[')) path.push(index(scanner));
    else return path;
  }
}

function digits(scanner: Scanner): number {
  const match = /^\d+/.exec(scanner.text.slice(scanner.position, scanner.position + 16));
  if (!match) throw scanner.unexpected('an attribute name or a list index');
  scanner.position += match[0].length;
  return Number(match[0]);
}

function index(scanner: Scanner): string | number {
  const key = expression(scanner);
  scanner.expect(']', 'after an index');
  if (key.kind === 'literal' && typeof key.value === 'string') return key.value;
  if (
    key.kind === 'literal' &&
    typeof key.value === 'number' &&
    Number.isInteger(key.value) &&
    key.value >= 0
  )
    return key.value;
  throw refused('an index that is no literal whole number or string');
}

function operatorAt(scanner: Scanner, wanted = 'the end of the expression'): ExpressionError {
  const operator = /^(==|!=|<=|>=|&&|\|\||=>|\.\.\.|[-+*/%<>!?:(])/.exec(
    scanner.text.slice(scanner.position, scanner.position + 3),
  );
  return operator ? refused(`the operator '${operator[0]}'`) : scanner.unexpected(wanted);
}

function refused(what: string): ExpressionError {
  return new ExpressionError(`found ${what}, which is not evaluated here`, ALLOWED);
}
