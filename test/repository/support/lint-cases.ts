/** A file that breaks one rule, its repaired form, and what the complaint must tell. */
export interface LintCase {
  readonly what: string;
  readonly rule: string;
  readonly path: string;
  readonly fails: string;
  readonly passes: string;
  /** Part of the message: what to do instead. */
  readonly teaches: string;
}

const crossing = (path: string, from: string, instead: string, teaches: string): LintCase => ({
  what: `${path} imports ${from}`,
  rule: 'tiers/import-boundaries',
  path,
  fails: `import * as x from '${from}';\nexport const y = x;\n`,
  passes: `import * as x from '${instead}';\nexport const y = x;\n`,
  teaches,
});

const directions: LintCase[] = [
  crossing('lib/a.ts', '../modules/network', './cidr', 'move what both need into lib/'),
  crossing('lib/b.ts', '../deployments/schema', './cidr', 'move what both need into lib/'),
  crossing('modules/a/b.ts', '../../stacks/compose', '../../lib/cidr', 'take the value as a prop'),
  crossing('modules/a/c.ts', '../../deployments/schema', '../network', 'take the value as a prop'),
  crossing('modules/a/d.ts', '../../tools/topology', './subnets', 'take the value as a prop'),
  crossing('modules/a/e.ts', '../../service/config', './subnets', 'take the value as a prop'),
  crossing('stacks/a.ts', '../tools/topology', '../modules/network', 'share it through lib/'),
  crossing('stacks/b.ts', '../service/config', '../lib/cidr', 'share it through lib/'),
  crossing(
    'stacks/c.ts',
    '@cdktf/provider-aws/lib/vpc',
    '@cdktf/provider-aws/lib/provider',
    'put the resource into a module',
  ),
  crossing('main.ts', '@cdktf/provider-aws/lib/vpc', './stacks/compose', 'put the resource into a module'),
  crossing('tools/a/b.ts', '../../modules/network', '../topology', 'reads only synthesized Terraform'),
  crossing('tools/a/c.ts', '../../stacks/compose', '../topology', 'reads only synthesized Terraform'),
  crossing('tools/a/d.ts', '../../lib/connections', './other', 'reads only synthesized Terraform'),
  crossing('tools/a/e.ts', 'cdktf', 'zod', 'reads only synthesized Terraform'),
  crossing('tools/a/f.ts', 'constructs', 'zod', 'reads only synthesized Terraform'),
  crossing('tools/a/g.ts', '@cdktf/provider-aws/lib/vpc', 'zod', 'reads only synthesized Terraform'),
  crossing('service/a.ts', '../lib/naming', './config', 'from its environment'),
  crossing('service/b.ts', '../tools/topology', 'zod', 'from its environment'),
  crossing('service/routes/c.ts', '../../modules/network', '../config', 'from its environment'),
  crossing('deployments/local.ts', '../lib/cidr', './schema', 'a deployment is plain data'),
  crossing('deployments/staging/us-east-1.ts', '../../lib/cidr', '../schema', 'a deployment is plain data'),
  crossing('deployments/schema.ts', 'cdktf', 'zod', 'before any construct exists'),
];

/** The same crossing in the other ways in which a file can name a module. */
const forms: LintCase[] = [
  `export * from '../../stacks/compose';\n`,
  `export { x } from '../../stacks/compose';\n`,
  `export const x = import('../../stacks/compose');\n`,
  `import x = require('../../stacks/compose');\nexport const y = x;\n`,
  `import type { X } from '../../stacks/compose';\nexport type Y = X;\n`,
  `export type Y = import('../../stacks/compose').X;\n`,
].map((fails, i) => ({
  what: `a crossing written as: ${fails.split('\n')[0]}`,
  rule: 'tiers/import-boundaries',
  path: `modules/form/f${i}.ts`,
  fails,
  passes: `${fails
    .replace('../../stacks/compose', '../../lib/x')
    .replace('import x = require(', 'import * as x from ')
    .replace(/'\);\nexport const y/, "';\nexport const y")}`,
  teaches: 'let the stack pass it',
}));

const barrels: LintCase[] = [
  '@cdktf/provider-aws',
  '@cdktf/provider-aws/lib',
  '@cdktf/provider-aws/lib/index',
].map((barrel, i) => ({
  what: `a barrel import of ${barrel}`,
  rule: 'tiers/no-provider-barrel',
  path: `modules/barrel/b${i}.ts`,
  fails: `import { vpc } from '${barrel}';\nexport const x = vpc;\n`,
  passes: `import { Vpc } from '@cdktf/provider-aws/lib/vpc';\nexport const x = Vpc;\n`,
  teaches: 'import by path',
}));

export const IMPORT_CASES: readonly LintCase[] = [...directions, ...forms, ...barrels];
