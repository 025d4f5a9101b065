import production from '../../deployments/production/us-east-1';
import type { Deployment } from '../../deployments/schema';
import { inventory, resourcesOf, type Synthesized } from '../support/synth';
import { parseAll, synthesizeAll } from './support';

const REGIONS = [
  'us-east-1',
  'us-west-2',
  'eu-west-1',
  'eu-central-1',
  'ap-northeast-1',
  'ap-southeast-1',
  'ap-south-1',
  'ap-southeast-2',
  'sa-east-1',
  'af-south-1',
];

type Kind = NonNullable<Deployment['interRegion']>['kind'];

function stacksOf(count: number, kind?: Kind): Record<string, Synthesized> {
  const regions = REGIONS.slice(0, count).map((region, index): Deployment => ({
    ...production,
    region,
    zones: ['a', 'b', 'c'].map((letter) => region + letter),
    cidr: `10.${index}.0.0/16`,
    datacenter: index,
    backupCopies: { region: region === 'us-west-2' ? 'us-east-1' : 'us-west-2' },
    ...(kind ? { interRegion: { kind } } : {}),
  }));
  return parseAll(synthesizeAll([{ environment: 'production', regions, chosen: REGIONS.slice(0, count) }]));
}

const stacks = stacksOf(3);
const links = stacks['production-links']!;

test('one region has none, and two have one stack of them', () => {
  expect(Object.keys(stacksOf(1))).not.toContain('production-links');
  expect(Object.keys(stacksOf(2)).filter((stack) => stack.endsWith('-links'))).toEqual(['production-links']);
});

test('nothing but what was decided is there by default', () => {
  expect(inventory(links)).toEqual({
    aws_iam_role: 3,
    aws_iam_role_policy: 3,
    aws_s3_bucket_replication_configuration: 3,
    aws_sns_topic_subscription: 2,
  });
});

test('the pictures of each region are copied to every other one, under the key there', () => {
  const pairs = Object.values(resourcesOf(links, 'aws_s3_bucket_replication_configuration')).flatMap(
    ({ bucket, rule }) =>
      (
        rule as {
          destination: { bucket: string; encryption_configuration: { replica_kms_key_id: string } };
        }[]
      ).map(({ destination }) => {
        const [, to] = /^arn:aws:s3:::tiers-production-(.+)-assets-\d+$/.exec(destination.bucket)!;
        expect(destination.encryption_configuration.replica_kms_key_id).toContain(to!.replaceAll('-', '_'));
        return [/^tiers-production-(.+)-assets/.exec(String(bucket))![1], to];
      }),
  );
  const wanted = REGIONS.slice(0, 3).flatMap((from) =>
    REGIONS.slice(0, 3)
      .filter((to) => to !== from)
      .map((to) => [from, to]),
  );
  expect(pairs.sort()).toEqual(wanted.sort());
});

test('every bucket, queue and topic that a link names is one that a region has', () => {
  const named = JSON.stringify(links).match(/(?<=arn:aws:(s3|sns|sqs):[a-z0-9-]*:\d*:)[a-z0-9-]+/g) ?? [];
  const made = new Set(
    Object.values(stacks).flatMap((stack) =>
      ['aws_s3_bucket', 'aws_sns_topic', 'aws_sqs_queue'].flatMap((type) =>
        Object.values(resourcesOf(stack, type)).map(({ bucket, name }) => String(bucket ?? name)),
      ),
    ),
  );
  expect(named.length).toBeGreaterThan(0);
  for (const name of named) expect(made).toContain(name);
});

test('the service of each region uses its own copy of what is shared, and a single region has no other', () => {
  for (const region of REGIONS.slice(0, 3)) {
    const app = stacks[`production-${region}-app`]!;
    const userData = Object.entries(resourcesOf(app, 'aws_launch_template')).find(([name]) =>
      name.startsWith('web'),
    )!;
    const text = String(userData[1].user_data);
    expect(text).toContain(`INVALIDATION_TOPIC_ARN=\${aws_sns_topic.invalidations_topic_topic.arn}`);
    expect(text).toContain('INVALIDATION_QUEUE_URL=${aws_sqs_queue.invalidations_queue_queue.url}');
    const policies = Object.values(resourcesOf(app, 'aws_iam_role_policy')).map(({ policy }) =>
      String(policy),
    );
    const granted = (part: string): string[] => policies.filter((policy) => policy.includes(part));
    if (region === 'us-east-1') {
      expect(text).not.toContain('replace(');
    } else {
      expect(text).toContain(`, ":us-east-1:", ":${region}:")}`);
      // Web servers and workers.
      expect(
        granted(`arn:aws:dynamodb:${region}:${production.account}:table/tiers-production-shared-state`),
      ).toHaveLength(2);
      expect(granted(`arn:aws:secretsmanager:${region}:`)).toHaveLength(1);
      expect(resourcesOf(app, 'aws_secretsmanager_secret')).toEqual({});
    }
  }
  expect(JSON.stringify(stacksOf(1))).not.toMatch(/INVALIDATION_|invalidations/);
});

test('the table and the key of the tokens have a copy in each other region, under a key there', () => {
  const [table] = Object.values(resourcesOf(stacks['production-global']!, 'aws_dynamodb_table'));
  expect(table!.replica).toEqual(
    ['us-west-2', 'eu-west-1'].map((region) => ({
      region_name: region,
      kms_key_arn: `\${aws_kms_key.encryption_${region.replaceAll('-', '_')}_key.arn}`,
      point_in_time_recovery: true,
      deletion_protection_enabled: true,
      propagate_tags: true,
    })),
  );
  const [secret] = Object.values(
    resourcesOf(stacks['production-us-east-1-app']!, 'aws_secretsmanager_secret'),
  );
  expect((secret!.replica as { region: string }[]).map(({ region }) => region)).toEqual([
    'us-west-2',
    'eu-west-1',
  ]);
});

test.each<[Kind, string]>([
  ['peering', 'aws_vpc_peering_connection'],
  ['transit-gateway', 'aws_ec2_transit_gateway_peering_attachment'],
])('%s connects the networks by way of the home region', (kind, type) => {
  expect(Object.keys(resourcesOf(stacksOf(3, kind)['production-links']!, type))).toHaveLength(2);
});

// Of the ways between networks the modules' own tests say the same.
test('each further region adds as many resources as the last one, up to ten', () => {
  const [two, three, ten] = [2, 3, 10].map((count) =>
    Object.values(stacksOf(count)).reduce(
      (sum, stack) => sum + Object.values(inventory(stack)).reduce((one, other) => one + other, 0),
      0,
    ),
  ) as [number, number, number];
  expect(ten - three).toBe(7 * (three - two));
});
