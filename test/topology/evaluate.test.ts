import fc from 'fast-check';
import { attributeOf, evaluate, type Json, resourceAt } from '../../tools/topology';
import { escapeTemplate, quote } from '../../tools/topology/expression/escapes';
import { graphOfResources } from './plan';

type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

/** The value with every text escaped, as an argument of a synthesized document. */
function escaped(value: Value): Value {
  if (typeof value === 'string') return escapeTemplate(value);
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escaped(item)]));
}

/** The value as an expression of Terraform's language. */
function expression(value: Value): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map(expression).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([key, item]) => `${quote(key)} = ${expression(item)}`);
  return `{${entries.join(', ')}}`;
}

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('$', '{', '}', '%', '"', '\\', 'ä', '\n') }),
);
const key = fc
  .oneof(text, fc.constantFrom('constructor', 'toString'))
  .filter((name) => !/_wo$|^__proto__$/.test(name));
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

function argument(written: Value): Json | undefined {
  const graph = graphOfResources({ aws_sqs_queue: { q: { it: written } } });
  return evaluate(graph, resourceAt(graph, 'one:aws_sqs_queue.q'), 'it');
}

test('whatever is escaped into an argument is read back', () => {
  fc.assert(fc.property(value, (it) => expect(argument(escaped(it))).toEqual(it)));
});

test('whatever is written as an expression is read back, and keeps its type', () => {
  fc.assert(fc.property(value, (it) => expect(argument(`\${${expression(it)}}`)).toEqual(it)));
});

test('jsonencode() and base64encode() are undone by their decoders', () => {
  fc.assert(
    fc.property(value, (it) => {
      const encoded = String(argument(`\${base64encode(jsonencode(${expression(it)}))}`));
      expect(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))).toEqual(it);
    }),
  );
});

test('a value is the same by reference, through any number of resources', () => {
  fc.assert(
    fc.property(value, fc.integer({ min: 1, max: 6 }), (it, length) => {
      const links = Array.from({ length }, (_, index) => [
        `q${index + 1}`,
        { it: `\${aws_sqs_queue.q${index}.it}` },
      ]);
      const graph = graphOfResources({
        aws_sqs_queue: { q0: { it: escaped(it) }, ...Object.fromEntries(links) },
      });
      // A null argument counts as not set, as in Terraform.
      fc.pre(it !== null);
      expect(evaluate(graph, resourceAt(graph, `one:aws_sqs_queue.q${length}`), 'it')).toEqual(it);
    }),
    { numRuns: 50 },
  );
});

test('names of built-in properties are no attributes', () => {
  const graph = graphOfResources({ aws_sqs_queue: { q: {} } });
  for (const name of ['constructor', 'toString', 'valueOf'])
    expect(attributeOf(graph, resourceAt(graph, 'one:aws_sqs_queue.q'), name)).toBeUndefined();
});
