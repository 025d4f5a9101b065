import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildGraph, knownTypeName, readStacks, stackOf, type Graph } from '../../tools/topology';
import { AttributeBook } from '../../tools/twin/attribute-book';
import { COVERAGE, missingParts } from '../../tools/twin/coverage';
import { GeneratedValues } from '../../tools/twin/generated-values';
import { synthesized } from './support';

let folder: string;
let whole: Graph;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tiers-test-coverage-'));
  whole = buildGraph(readStacks(synthesized(folder)));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every type that is synthesized for any deployment has its place in the table', () => {
  const types = new Set([...whole.resources.values()].map(knownTypeName));
  expect(types.size).toBeGreaterThan(50);
  expect([...types].filter((type) => !COVERAGE.has(type))).toEqual([]);
});

test('what has no stand-in is listed by resource, grouped by what is missing', () => {
  const local = buildGraph(readStacks(join(folder), (name) => name.startsWith('local-')));
  const parts = missingParts(local);
  const scaling = parts.find(({ missing }) => missing.startsWith('scaling'));
  expect(scaling?.resources.map(({ type }) => type)).toContain('aws_autoscaling_policy');
  const listed = parts.flatMap(({ resources }) => resources.map(({ globalAddress }) => globalAddress));
  expect(new Set(listed).size).toBe(listed.length);
});

test('a type that nobody knows stops the start with its address', () => {
  const document = { resource: { aws_quantum_ledger: { one: { name: 'x' } } } };
  const graph = buildGraph([stackOf('odd-stack', '/nowhere', [], document)]);
  expect(() => missingParts(graph)).toThrow(/aws_quantum_ledger \(odd-stack:aws_quantum_ledger\.one\)/);
});

test('two write-only arguments that refer to one ephemeral block get one value, another block another', () => {
  const reference = (name: string): string =>
    `\${ephemeral.aws_secretsmanager_random_password.${name}.random_password}`;
  const document = {
    ephemeral: { aws_secretsmanager_random_password: { one: { password_length: 40 }, two: {} } },
    resource: {
      aws_db_instance: { db: { password_wo: reference('one') } },
      aws_secretsmanager_secret_version: {
        admin: { secret_id: 'x', secret_string_wo: `{"username":"a","password":"${reference('one')}"}` },
        key: { secret_id: 'y', secret_string_wo: reference('two') },
      },
    },
  };
  const graph = buildGraph([stackOf('s', '/nowhere', [], document)]);
  const generated = new GeneratedValues(graph);
  const value = (address: string, argument: string): string => {
    const resource = graph.resources.get(`s:${address}`);
    return (resource && generated.writeOnly(resource, argument)) ?? '';
  };
  const password = value('aws_db_instance.db', 'password_wo');
  expect(password).toMatch(/^[A-Za-z0-9]{40}$/);
  const secret = JSON.parse(value('aws_secretsmanager_secret_version.admin', 'secret_string_wo')) as unknown;
  expect(secret).toEqual({ username: 'a', password });
  expect(value('aws_secretsmanager_secret_version.key', 'secret_string_wo')).not.toBe(password);
});

test('an attribute that the twin made known goes before the symbolic one', () => {
  const database = [...whole.resources.values()].find(({ type }) => type === 'aws_db_instance');
  if (!database) throw new Error('no database in the stacks');
  const book = new AttributeBook();
  expect(book.resolve(database, ['address'])).toBeUndefined();
  book.set(database, { address: '127.1.21.1' });
  expect(book.resolve(database, ['address'])).toBe('127.1.21.1');
});
