import fc from 'fast-check';
import { type Expression, ExpressionError } from '../../tools/topology/expression/ast';
import { escapeTemplate, quote } from '../../tools/topology/expression/escapes';
import { callFunction } from '../../tools/topology/expression/functions';
import { parseTemplate } from '../../tools/topology/expression/parse';

/** Writes an expression as Terraform has it, to be parsed again. */
function print(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value === 'string' ? quote(expression.value) : String(expression.value);
    case 'list':
      return `[${expression.items.map(print).join(', ')}]`;
    case 'object':
      return `{${expression.entries.map(([key, item]) => `${quote(key)} = ${print(item)}`).join(', ')}}`;
    case 'call':
      return `${expression.name}(${expression.args.map(print).join(', ')})`;
    case 'reference':
      return expression.path.map((part, index) => segment(part, index)).join('');
    case 'access':
      return print(expression.of) + expression.path.map((part) => segment(part, 1)).join('');
    case 'template':
      throw new Error('templates are printed by the tests that need them');
  }
}

function segment(part: string | number, index: number): string {
  if (typeof part === 'number') return `[${part}]`;
  return index === 0 ? part : `.${part}`;
}

const identifier = fc
  .stringMatching(/^[a-z_][a-z0-9_-]{0,8}$/)
  .filter((name) => !['true', 'false', 'null', 'for'].includes(name));
const path = fc.tuple(identifier, fc.array(fc.oneof(identifier, fc.nat(20)), { minLength: 1, maxLength: 4 }));
const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .oneof(fc.string(), fc.boolean(), fc.constant(null), fc.integer())
      .map((value): Expression => ({ kind: 'literal', value })),
    path.map(([root, rest]): Expression => ({ kind: 'reference', path: [root, ...rest] })),
    fc.array(tie('expression'), { maxLength: 3 }).map((items): Expression => ({ kind: 'list', items })),
    fc
      .array(fc.tuple(fc.string(), tie('expression')), { maxLength: 3 })
      .map((entries): Expression => ({ kind: 'object', entries })),
    fc
      .array(tie('expression'), { maxLength: 3 })
      .map((args): Expression => ({ kind: 'call', name: 'join', args })),
    fc.tuple(tie('expression'), fc.nat(9), identifier).map(([item, index, name]): Expression => ({
      kind: 'access',
      of: { kind: 'call', name: 'tolist', args: [item] },
      path: [index, name],
    })),
  ),
}));

const inner = (text: string): Expression => {
  const parsed = parseTemplate(text);
  const [part] = parsed.kind === 'template' ? parsed.parts : [];
  if (part?.kind !== 'interpolation') throw new Error(`${text} is no interpolation`);
  return part.expression;
};

describe('expressions', () => {
  test('what is printed parses to itself', () => {
    fc.assert(
      fc.property(expression, (value) => {
        expect(inner(`\${${print(value)}}`)).toEqual(value);
      }),
    );
  });

  test('escaped text stands for itself as a template, whatever it holds', () => {
    const tricky = fc.string({ unit: fc.constantFrom('$', '{', '}', '%', '"', '\\', 'a', '\n', 'ä') });
    fc.assert(
      fc.property(fc.oneof(fc.string(), tricky), (text) => {
        expect(parseTemplate(escapeTemplate(text))).toEqual({ kind: 'literal', value: text });
      }),
    );
  });

  test('the source of an interpolation is what stood there', () => {
    fc.assert(
      fc.property(expression, fc.stringMatching(/^[a-z ]{0,5}$/), (value, before) => {
        const source = `\${${print(value)}}`;
        const parsed = parseTemplate(`${before}${source}!`);
        const parts = parsed.kind === 'template' ? parsed.parts : [];
        expect(parts).toContainEqual(expect.objectContaining({ kind: 'interpolation', source }));
      }),
    );
  });

  test('nested quotes and interpolations, as cdktf writes user data', () => {
    const parsed = inner('${base64encode("A=\\"${aws_sqs_queue.jobs.url}\\"\\nB=$${x}")}');
    expect(parsed).toEqual({
      kind: 'call',
      name: 'base64encode',
      args: [
        {
          kind: 'template',
          parts: [
            { kind: 'text', text: 'A="' },
            {
              kind: 'interpolation',
              source: '${aws_sqs_queue.jobs.url}',
              expression: { kind: 'reference', path: ['aws_sqs_queue', 'jobs', 'url'] },
            },
            { kind: 'text', text: '"\nB=${x}' },
          ],
        },
      ],
    });
  });

  test.each([
    ['${a.b + 1}', "found the operator '+', which is not evaluated here"],
    ['${a.b == 1 ? 2 : 3}', "found the operator '=='"],
    ['${!a.b}', "found the operator '!'"],
    ['${upper("a")}', 'found the function upper()'],
    ['${a.b[*].c}', 'found a splat'],
    ['${a.b[c.d]}', 'found an index that is no literal whole number or string'],
    ['${[for x in a.b : x]}', 'found a for expression'],
    ['%{ if true }x%{ endif }', "found a template directive '%{ if true }x"],
    ['${~ a.b}', 'found the whitespace marker ~'],
    ['${join(",", a.b', 'found the end of the text at character 15'],
    ['${"abc}', 'found the end of the text at character 7. Expected the closing quote of a string'],
    ['${"a\\qb"}', "found the escape '\\q' in a quoted string"],
  ])('%s is refused', (text, message) => {
    expect(() => parseTemplate(text)).toThrow(ExpressionError);
    expect(() => parseTemplate(text)).toThrow(message);
  });

  test('an error says what is allowed', () => {
    expect(() => parseTemplate('${a.b * 2}')).toThrow(
      'Allowed are literals, lists, objects, direct references and the functions base64encode, jsonencode, tolist, element, join, format, replace',
    );
  });
});

describe('functions', () => {
  test.each([
    ['base64encode', ['ä'], 'w6Q='],
    ['jsonencode', [{ b: 1, a: '<&>' }], '{"a":"\\u003c\\u0026\\u003e","b":1}'],
    ['element', [['a', 'b', 'c'], 4], 'b'],
    ['join', [',', ['a', 1], ['b']], 'a,1,b'],
    ['format', ['%s-%03d 100%% %v', 'a', 7, true], 'a-007 100% true'],
    ['tolist', [['a']], ['a']],
    ['replace', ['arn:eu:x:eu:y', ':eu:', ':us:'], 'arn:us:x:us:y'],
  ] as const)('%s', (name, args, result) => {
    expect(callFunction(name, args)).toEqual(result);
  });

  test.each([
    ['element', [[], 0], 'found element() of an empty list'],
    ['element', [['a'], -1], 'found -1 as the index of element()'],
    ['join', [',', 'a'], 'found "a" in join()'],
    ['format', ['%x', 1], 'found %x with 1 in format()'],
    ['format', ['%s', 'a', 'b'], 'found 2 values for 1 verbs in format()'],
    ['base64encode', [null], 'found null as the argument of base64encode()'],
    ['tolist', [], 'found tolist() with 0 arguments'],
    ['replace', ['a', '/a/', 'b'], 'found "/a/" as what replace() looks for'],
    ['replace', ['a', 'b'], 'found replace() with 2 arguments'],
  ] as const)('%s refuses %j', (name, args, message) => {
    expect(() => callFunction(name, args)).toThrow(message);
  });

  test('element() wraps around for every index', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.nat(), (items, index) => {
        expect(callFunction('element', [items, index])).toBe(items[index % items.length]);
      }),
    );
  });
});
