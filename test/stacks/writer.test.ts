import { App, TerraformStack } from 'cdktf';
import type { Deployment } from '../../deployments/schema';
import { validate } from '../../deployments/validate';
import production from '../../deployments/production/us-east-1';
import { compose } from '../../stacks/compose';
import type { Synthesized } from '../support/synth';
import { ireland, mumbai } from '../deployments/support';
import { parseAll, synthesizeAll } from './support';

/** An environment of three regions, and what it becomes when its writer moves. */
type Change = Partial<Pick<Deployment, 'writerRegion' | 'retire'>>;
type Stacks = Record<string, Synthesized>;
type Instance = Record<string, unknown>;

function build(change: Change, regions: readonly Deployment[] = [production, ireland, mumbai]): Stacks {
  const values = validate(
    regions.map((region) => ({ file: `${region.region}.ts`, value: { ...region, ...change } })),
  );
  return parseAll(
    synthesizeAll([
      { environment: 'production', regions: values, chosen: values.map(({ region }) => region) },
    ]),
  );
}

function databases(stacks: Stacks): Record<string, Instance> {
  return Object.fromEntries(
    Object.entries(stacks).flatMap(([stack, { resource = {} }]) =>
      Object.entries((resource.aws_db_instance ?? {}) as Record<string, Instance>).map(([id, instance]) => [
        `${stack.replace(/^production-|-data$/g, '')}/${id}`,
        instance,
      ]),
    ),
  );
}

const before = build({});
const after = build({ writerRegion: 'eu-west-1' });
const back = build({ writerRegion: ['eu-west-1', 'us-east-1'] });
const retired = build({
  writerRegion: 'eu-west-1',
  retire: ['us-east-1/shard-00-a', 'ap-south-1/shard-00-a'],
});

/** What makes an instance another one; a change of these on an address would replace it, or fail. */
const FIXED = [
  'identifier',
  'engine',
  'username',
  'db_name',
  'kms_key_id',
  'storage_encrypted',
  'db_subnet_group_name',
  'availability_zone',
  'replicate_source_db',
  'snapshot_identifier',
];

/** What a plan of the second after the first would do that loses data, or that RDS refuses. */
function losses(first: Stacks, second: Stacks): string[] {
  const [old, next] = [databases(first), databases(second)];
  return Object.entries(old).flatMap(([address, instance]) => {
    const now = next[address];
    if (!now) return instance.deletion_protection ? [`${address} is destroyed`] : [];
    // A promoted instance replicates nothing any more, so its source is left out; ignored, it is no change of the plan.
    const ignored = (now.lifecycle as { ignore_changes?: string[] } | undefined)?.ignore_changes ?? [];
    return FIXED.filter(
      (key) => !ignored.includes(key) && JSON.stringify(instance[key]) !== JSON.stringify(now[key]),
    ).map((key) => `${address} changes ${key}`);
  });
}

test('before: one region writes, the others have copies of it, each with replicas of its own', () => {
  const all = databases(before);
  expect(Object.keys(all).sort()).toEqual(
    ['ap-south-1', 'eu-west-1', 'us-east-1'].flatMap((region) =>
      ['a', 'b', 'c'].map((letter) => `${region}/shard_00_${letter}`),
    ),
  );
  for (const region of ['eu-west-1', 'ap-south-1'])
    expect(all[`${region}/shard_00_a`]!.replicate_source_db).toBe(
      'arn:aws:rds:us-east-1:222222222222:db:tiers-production-shard-00-a',
    );
  expect(all['us-east-1/shard_00_a']).not.toHaveProperty('replicate_source_db');
});

test.each([
  ['the first move', before, after],
  ['the way back', after, back],
  ['what is retired', after, retired],
])('%s destroys and replaces nothing that holds data', (_name, first, second) => {
  expect(losses(first, second)).toEqual([]);
});

test.each([
  ['the first move', before, after],
  ['the way back', after, back],
])('%s sets no source on an address that had none, and changes none', (_name, first, second) => {
  const next = databases(second);
  for (const [address, { replicate_source_db: source }] of Object.entries(databases(first)))
    expect([address, [source, undefined]]).toEqual([
      address,
      expect.arrayContaining([next[address]!.replicate_source_db]),
    ]);
});

test('after a move the new writer stays where it is, and the others follow it with new instances', () => {
  const all = databases(after);
  const source = 'arn:aws:rds:eu-west-1:222222222222:db:tiers-production-shard-00-a';
  expect(all['eu-west-1/shard_00_a']).not.toHaveProperty('replicate_source_db');
  expect(all['us-east-1/shard_00_a2']!.replicate_source_db).toBe(source);
  expect(all['ap-south-1/shard_00_a2']!.replicate_source_db).toBe(source);
  expect(
    Object.keys(all)
      .filter((address) => address.startsWith('eu-west-1'))
      .sort(),
  ).toEqual(['a', 'b', 'c'].map((letter) => `eu-west-1/shard_00_${letter}`));
});

test('a second line lets go of what is left over, and of nothing else', () => {
  const gone = Object.keys(databases(after)).filter((address) => !databases(retired)[address]);
  expect(gone.sort()).toEqual(
    ['ap-south-1', 'us-east-1'].flatMap((region) =>
      ['a', 'b', 'c'].map((letter) => `${region}/shard_00_${letter}`),
    ),
  );
  for (const address of gone) expect(databases(after)[address]!.deletion_protection).toBe(false);
});

test('history that is written otherwise afterwards would lose data, and this test would see it', () => {
  expect(losses(after, before)).toEqual(
    expect.arrayContaining(['us-east-1/shard_00_a2 is destroyed', 'ap-south-1/shard_00_a2 is destroyed']),
  );
});

test('the service of every region is told of its own databases, and one parameter names the writer', () => {
  const parameter = (stacks: Stacks, region: string): unknown =>
    (stacks[`production-${region}-app`]!.resource!.aws_ssm_parameter as Record<string, Instance>)
      .writer_region_parameter;
  for (const region of ['us-east-1', 'eu-west-1', 'ap-south-1']) {
    expect(parameter(before, region)).toMatchObject({
      value: 'us-east-1',
      lifecycle: { ignore_changes: ['value'] },
    });
    expect(parameter(after, region)).toMatchObject({ value: 'eu-west-1' });
  }
  const worker = (stacks: Stacks, region: string): string =>
    JSON.stringify(stacks[`production-${region}-app`]!.resource!.aws_launch_template as object);
  expect(worker(before, 'us-east-1')).toContain('tiers-migrate.service');
  expect(worker(before, 'eu-west-1')).not.toMatch(/tiers-migrate|DB_ADMIN_SECRET_ARN/);
  expect(worker(after, 'eu-west-1')).toContain('tiers-migrate.service');
});

test('the data of readers is applied after that of the writer', () => {
  const of = (change: Change): Record<string, string[]> => {
    const regions = [production, ireland, mumbai].map((region) => ({ ...region, ...change }));
    const app = new App();
    compose(app, [{ environment: 'production', regions, chosen: regions.map(({ region }) => region) }]);
    const stacks = app.node.children.filter((child) => TerraformStack.isStack(child));
    return Object.fromEntries(
      stacks.map(({ node, dependencies }) => [node.id, dependencies.map((other) => other.node.id)]),
    );
  };
  expect(of({})['production-eu-west-1-data']).toContain('production-us-east-1-data');
  expect(of({})['production-us-east-1-data']).not.toContain('production-eu-west-1-data');
  expect(of({ writerRegion: 'eu-west-1' })['production-us-east-1-data']).toContain(
    'production-eu-west-1-data',
  );
  expect(of({ writerRegion: 'eu-west-1' })['production-eu-west-1-data']).not.toContain(
    'production-us-east-1-data',
  );
});
