import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import execa from 'execa';
import { z } from 'zod';
import { ROOT } from './support/root';

const text = readFileSync(join(ROOT, 'docs/conventions.md'), 'utf8');
const rules = text
  .split(/^## Pins/m)[0]!
  .split('\n')
  .filter((line) => /^\| (?!Rule \||-)/.test(line))
  .map((line) => line.slice(2, -2).split(' | '))
  .map(([rule, check]) => ({ rule: rule!, check: check! }));
const config = z.object({ rules: z.record(z.string(), z.array(z.unknown())) });
const scripts = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))).scripts;

/** Rules that ESLint applies to a file of each kind: severity 2 is an error. */
async function enforced(): Promise<Set<string>> {
  const files = [
    'main.ts',
    'modules/x/x.ts',
    'stacks/x.ts',
    'deployments/local.ts',
    'tools/x.ts',
    'test/x.test.ts',
  ];
  const eslint = join(ROOT, 'node_modules/eslint/bin/eslint.js');
  const configs = await Promise.all(
    files.map((file) => execa(process.execPath, [eslint, '--print-config', file], { cwd: ROOT })),
  );
  return new Set(
    configs.flatMap(({ stdout }) =>
      Object.entries(config.parse(JSON.parse(stdout)).rules)
        .filter(([, [severity]]) => severity === 2)
        .map(([name]) => name),
    ),
  );
}

describe('docs/conventions.md', () => {
  it('states rules', () => expect(rules.length).toBeGreaterThan(25));

  it.each(rules)('$rule: names a check ($check)', ({ check }) => {
    expect(check).toMatch(/^(read by people|(lint|test|gate) `[^`]+`)$/);
  });

  it('names lint rules that are errors', async () => {
    const named = rules.flatMap(({ check }) => /^lint `(.+)`$/.exec(check)?.[1] ?? []);
    const errors = await enforced();
    expect(named.filter((name) => !errors.has(name))).toEqual([]);
  }, 60_000);

  it('names tests that are there and assert something', () => {
    const named = rules.flatMap(({ check }) => /^test `(.+)`$/.exec(check)?.[1] ?? []);
    const real = (file: string): boolean =>
      existsSync(join(ROOT, file)) && /\bexpect\(/.test(readFileSync(join(ROOT, file), 'utf8'));
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((file) => !real(file))).toEqual([]);
  });

  it('names gates that make test runs', () => {
    const run = readFileSync(join(ROOT, 'scripts/test.mjs'), 'utf8');
    const named = new Set(rules.flatMap(({ check }) => /^gate `(.+)`$/.exec(check)?.[1] ?? []));
    expect([...named].filter((gate) => !(gate in scripts) || !run.includes(`'${gate}'`))).toEqual([]);
  });

  it('names every rule of the project and no fewer', () => {
    const own = readFileSync(join(ROOT, 'eslint/plugin.mjs'), 'utf8').matchAll(/rules\/([\w-]+)\.mjs/g);
    expect(
      [...own].map(([, name]) => name).filter((name) => !text.includes(`lint \`tiers/${name}\``)),
    ).toEqual([]);
  });
});
