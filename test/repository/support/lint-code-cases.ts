import type { LintCase } from './lint-cases';

const construct = (constructor: string, base = 'Construct'): string =>
  [
    `import { Construct } from 'constructs';`,
    `import { TerraformStack } from 'cdktf';`,
    `export type Props = { readonly size: number };`,
    `export const bases = [Construct, TerraformStack];`,
    `export class Thing extends ${base} {`,
    `  size = 0;`,
    constructor,
    `}`,
    '',
  ].join('\n');
const good = construct(
  '  constructor(scope: Construct, id: string, props: Props) { super(scope, id); this.size = props.size; }',
);

const apart = construct(
  '  constructor(scope: Construct, id: string, { size }: Props) { super(scope, id); this.size = size; }',
);

const forms: LintCase[] = [
  [
    'a construct without a scope',
    '  constructor(id: string) { super(bases[0] as never, id); }',
    'takes (scope, id, props)',
  ],
  [
    'a construct with a fourth parameter',
    '  constructor(scope: Construct, id: string, props: Props, more: number) { super(scope, id); this.size = props.size + more; }',
    'Put further values into props',
  ],
  [
    'a construct with other names',
    '  constructor(parent: Construct, name: string) { super(parent, name); }',
    'takes (scope, id, props)',
  ],
  [
    'a construct with a field among its parameters',
    '  constructor(scope: Construct, id: string, readonly props: Props) { super(scope, id); }',
    'assign named readonly fields',
  ],
  [
    "a child attached to the caller's scope",
    `  constructor(scope: Construct, id: string) { super(scope, id); new Thing(scope, 'child'); }`,
    'new Thing(this, ...)',
  ],
].map(([what, constructor, teaches], i) => ({
  what: what!,
  rule: 'tiers/construct-form',
  path: `modules/form-${i}/thing.ts`,
  fails: construct(constructor!),
  passes: i % 2 === 0 ? good : apart,
  teaches: teaches!,
}));

const stack: LintCase = {
  what: 'a stack among the modules',
  rule: 'tiers/construct-form',
  path: 'modules/stack/stack.ts',
  fails: construct('', 'TerraformStack'),
  passes: construct(''),
  teaches: 'Extend Construct',
};

const dependent: LintCase[] = [
  ['lib/clock.ts', 'export const x = Date.now();', 'export const x = new Date(0).getTime();'],
  ['modules/a/clock.ts', 'export const x = new Date();', 'export const x = new Date(0);'],
  ['stacks/chance.ts', 'export const x = Math.random();', 'export const x = Math.max(1, 2);'],
  ['deployments/environment.ts', 'export const x = process.env.X;', 'export const x = process.version;'],
  [
    'lib/uuid.ts',
    `import { randomUUID } from 'node:crypto';\nexport const x = randomUUID();`,
    `import { createHash } from 'node:crypto';\nexport const x = createHash('md5');`,
  ],
].map(([path, fails, passes]) => ({
  what: `${path} with ${fails}`,
  rule: 'tiers/deterministic',
  path: path!,
  fails: `${fails}\n`,
  passes: `${passes}\n`,
  teaches: 'equal byte for byte',
}));

const long = (lines: number): string => `${'// a line\n'.repeat(lines - 1)}export {};\n`;
const lengths: LintCase[] = (
  [
    ['service/long.ts', 301, 300],
    ['test/long.test.ts', 301, 300],
    ['modules/long/long.ts', 201, 200],
    ['main.ts', 41, 40],
  ] as const
).map(([path, over, under]) => ({
  what: `${path} of ${over} lines`,
  rule: 'max-lines',
  path,
  fails: long(over),
  passes: long(under),
  teaches: `Maximum allowed is ${under}`,
}));

const promise = 'export const later = async (): Promise<void> => { await Promise.resolve(); };\n';
const others: LintCase[] = [
  {
    what: 'a promise that nobody waits for',
    rule: '@typescript-eslint/no-floating-promises',
    path: 'service/floating.ts',
    fails: `${promise}later();\n`,
    passes: `${promise}void later();\n`,
    teaches: 'must be awaited',
  },
  {
    what: 'an explicit any',
    rule: '@typescript-eslint/no-explicit-any',
    path: 'tools/any.ts',
    fails: 'export const x: any = 1;\n',
    passes: 'export const x: unknown = 1;\n',
    teaches: 'Specify a different type',
  },
  {
    what: 'a double assertion',
    rule: 'no-restricted-syntax',
    path: 'tools/double.ts',
    fails: `export const x = 'a' as unknown as number;\n`,
    passes: `export const x = Number('1');\n`,
    teaches: 'parse with a zod schema',
  },
  {
    what: 'a suppressed type error',
    rule: '@typescript-eslint/ban-ts-comment',
    path: 'tools/ignored.ts',
    fails: `// @ts-ignore\nexport const x: number = 'a';\n`,
    passes: `export const x: number = 1;\n`,
    teaches: '@ts-ignore',
  },
  {
    what: 'a check turned off without a reason',
    rule: 'tiers/reasoned-disable',
    path: 'tools/disabled.ts',
    fails: `// eslint-disable-next-line eqeqeq\nexport const x = (a: number) => a == 1;\n`,
    passes: `// eslint-disable-next-line eqeqeq -- compared as a spreadsheet does\nexport const x = (a: number) => a == 1;\n`,
    teaches: '<rule> -- <reason>',
  },
  {
    what: 'a skipped test',
    rule: 'no-restricted-syntax',
    path: 'test/skipped.test.ts',
    fails: `it.skip('x', () => { expect(1).toBe(1); });\n`,
    passes: `it('x', () => { expect(1).toBe(1); });\n`,
    teaches: 'make it run everywhere or delete it',
  },
];

export const CODE_CASES: readonly LintCase[] = [...forms, stack, ...dependent, ...lengths, ...others];
