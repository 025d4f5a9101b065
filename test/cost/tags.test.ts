import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  asList,
  isObject,
  readStacks,
  stackOf,
  type Json,
  type JsonObject,
  type Stack,
} from '../../tools/topology';
import { synthesized } from '../twin/support';

/** The tags that costs are grouped by (docs/cost.md). */
const COST_TAGS = ['Project', 'Environment', 'Stack', 'Component'];

/**
 * What a tag of a cost report may have (AWS Cost Management API Reference, "ResourceTag"): 256 characters at most,
 * letters, numbers, spaces and + - = . _ : / @.
 */
const VALUE = /^[\p{L}\p{N} +\-=._:/@]{1,256}$/u;

let folder: string;
let stacks: Stack[];
beforeAll(() => {
  folder = synthesized(mkdtempSync(join(tmpdir(), 'tiers-test-tags-')));
  stacks = readStacks(folder);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Found {
  readonly address: string;
  readonly type: string;
  readonly body: JsonObject;
  readonly defaults: JsonObject;
}

function resources(stack: Stack): Found[] {
  const { provider, resource } = stack.document;
  const [aws] = asList(isObject(provider) ? provider.aws : undefined).filter(isObject);
  const [declared] = asList(aws?.default_tags).filter(isObject);
  const defaults = isObject(declared?.tags) ? declared.tags : {};
  return Object.entries(isObject(resource) ? resource : {}).flatMap(([type, members]) =>
    Object.entries(isObject(members) ? members : {})
      .filter((entry): entry is [string, JsonObject] => isObject(entry[1]))
      .map(([name, body]) => ({ address: `${stack.name}:${type}.${name}`, type, body, defaults })),
  );
}

/** How the provider takes a type's tags, as its classes say: with its default tags, by themselves, as blocks, or not. */
type Taking = 'with defaults' | 'alone' | 'blocks' | 'none';

async function takingOf(type: string): Promise<Taking> {
  const library = `@cdktf/provider-aws/lib/${type.replace(/^aws_/, '').replaceAll('_', '-')}`;
  const classes: object[] = Object.values((await import(library)) as Record<string, object>);
  const own = classes.find((one) => Reflect.get(one, 'tfResourceType') === type);
  if (!own) throw new Error(`${library} has no class of ${type}`);
  const prototype: unknown = Reflect.get(own, 'prototype');
  const has = (name: string): boolean => isObject(prototype as Json) && name in (prototype as object);
  if (has('tagsAll')) return 'with defaults';
  if (has('tagsInput')) return 'alone';
  return has('tagInput') ? 'blocks' : 'none';
}

const tagsOf = ({ body }: Found): JsonObject => (isObject(body.tags) ? body.tags : {});
const blocksOf = ({ body }: Found): JsonObject =>
  Object.fromEntries(
    asList(body.tag)
      .filter(isObject)
      .filter(({ propagate_at_launch }) => propagate_at_launch === true)
      .map(({ key, value }) => [String(key), value ?? null]),
  );
const missing = (tags: JsonObject): string[] => COST_TAGS.filter((key) => typeof tags[key] !== 'string');

async function faultsOf(found: readonly Found[]): Promise<string[]> {
  const faults = await Promise.all(
    found.map(async (one) => {
      const taking = await takingOf(one.type);
      if (taking === 'none') return [];
      const given =
        taking === 'blocks' ? blocksOf(one) : { ...(taking === 'alone' ? {} : one.defaults), ...tagsOf(one) };
      const bad = Object.values(given).filter((value) => typeof value !== 'string' || !VALUE.test(value));
      return [
        ...missing(given).map((key) => `${one.address}: has no tag ${key}`),
        ...bad.map((value) => `${one.address}: ${JSON.stringify(value)} is no value of a cost tag`),
      ];
    }),
  );
  return faults.flat();
}

test('everything that can carry a tag carries the tags that costs are grouped by', async () => {
  const all = stacks.flatMap(resources).filter(({ type }) => type.startsWith('aws_'));
  expect(all.length).toBeGreaterThan(500);
  expect(await faultsOf(all)).toEqual([]);
});

describe('what the default tags do not reach has them too', () => {
  const ofType = (type: string): Found[] => stacks.flatMap(resources).filter((one) => one.type === type);
  const reached: readonly [what: string, type: string, tags: (body: JsonObject) => Json[]][] = [
    [
      'volumes and interfaces of instances',
      'aws_launch_template',
      ({ tag_specifications }) => {
        const specifications = asList(tag_specifications).filter(isObject);
        expect(specifications.map(({ resource_type }) => resource_type)).toEqual(
          expect.arrayContaining(['volume', 'network-interface']),
        );
        return specifications.map(({ tags }) => tags ?? null);
      },
    ],
    [
      'machines that build images',
      'aws_imagebuilder_infrastructure_configuration',
      ({ resource_tags }) => [resource_tags ?? null],
    ],
    [
      'images',
      'aws_imagebuilder_distribution_configuration',
      ({ distribution }) =>
        asList(distribution)
          .filter(isObject)
          .flatMap((one) => asList(one.ami_distribution_configuration))
          .filter(isObject)
          .map(({ ami_tags }) => ami_tags ?? null),
    ],
  ];

  test.each(reached)('%s', (_what, type, tags) => {
    const found = ofType(type);
    expect(found.length).toBeGreaterThan(0);
    for (const { body } of found) {
      const given = tags(body);
      expect(given.length).toBeGreaterThan(0);
      expect(given.flatMap((one) => missing(isObject(one) ? one : {}))).toEqual([]);
    }
  });

  test('snapshots of databases', () => {
    const found = ofType('aws_db_instance');
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(({ body }) => body.copy_tags_to_snapshot !== true)).toEqual([]);
  });
});

test('what costs most is told apart by its component', () => {
  const components = stacks
    .filter(({ name }) => name.startsWith('production-'))
    .flatMap(resources)
    .map((one) => ({ ...one.defaults, ...tagsOf(one), ...blocksOf(one) }).Component);
  expect([...new Set(components)]).toEqual(
    expect.arrayContaining(['web', 'worker', 'database', 'cache', 'load-balancer', 'cdn', 'network']),
  );
});

describe('the check finds', () => {
  const document = (resource: JsonObject, tags: JsonObject): Found[] =>
    resources(stackOf('s', '/nowhere', [], { provider: { aws: [{ default_tags: [{ tags }] }] }, resource }));
  const complete = { Project: 'a', Environment: 'b', Stack: 'c', Component: 'd' };

  test('a default tag that is missing', async () => {
    const { Component: _component, ...incomplete } = complete;
    expect(await faultsOf(document({ aws_sqs_queue: { one: {} } }, incomplete))).toEqual([
      's:aws_sqs_queue.one: has no tag Component',
    ]);
  });

  test('a group whose tags stay behind at launch', async () => {
    const tag = Object.entries(complete).map(([key, value]) => ({
      key,
      value,
      propagate_at_launch: key !== 'Stack',
    }));
    expect(await faultsOf(document({ aws_autoscaling_group: { one: { tag } } }, complete))).toEqual([
      's:aws_autoscaling_group.one: has no tag Stack',
    ]);
  });

  test('a value that a report cannot have', async () => {
    const found = document({ aws_sqs_queue: { one: { tags: { Component: 'a#b' } } } }, complete);
    expect(await faultsOf(found)).toEqual(['s:aws_sqs_queue.one: "a#b" is no value of a cost tag']);
  });
});
