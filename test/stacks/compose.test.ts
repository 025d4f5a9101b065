import production from '../../deployments/production/us-east-1';
import { listDeployments, loadDeployments, type Selection } from '../../deployments/load';
import type { Deployment } from '../../deployments/schema';
import { ireland, mumbai } from '../deployments/support';
import { resourcesOf, type Synthesized } from '../support/synth';
import { parseAll, synthesizeAll, synthesizeNamed } from './support';

const REGION_STACKS = ['app', 'data', 'image', 'network', 'observability'];

const both: Selection = {
  environment: 'production',
  regions: [production, ireland],
  chosen: ['us-east-1', 'eu-west-1'],
};

test.each(['local', 'staging', 'production'])(
  '%s has a global stack, five for each region, the edge, and what links several',
  (environment) => {
    const regions = listDeployments()
      .filter((name) => name === environment || name.startsWith(`${environment}/`))
      .map((name) => name.split('/')[1] ?? 'us-east-1');
    expect(Object.keys(synthesizeNamed(environment))).toEqual(
      [
        `${environment}-edge`,
        `${environment}-global`,
        ...(regions.length > 1 ? [`${environment}-links`] : []),
        ...regions.flatMap((region) => REGION_STACKS.map((s) => `${environment}-${region}-${s}`)),
      ].sort(),
    );
  },
);

test('two syntheses are equal byte for byte', () => {
  expect(synthesizeAll(loadDeployments([]))).toEqual(synthesizeAll(loadDeployments([])));
});

test('a region written alone is the same as one written with the others, and leaves the edge out', () => {
  const whole = synthesizeAll([both]);
  const alone = synthesizeAll([{ ...both, chosen: ['eu-west-1'] }]);
  expect(Object.keys(alone)).toEqual(
    ['production-global', ...REGION_STACKS.map((s) => `production-eu-west-1-${s}`)].sort(),
  );
  for (const [stack, text] of Object.entries(alone)) expect(text).toBe(whole[stack]);
});

/** Addresses that one synthesis of a stack has otherwise than another, or that only one of them has; data sources left out. */
function differing(one: Synthesized, two: Synthesized): string[] {
  const entries = ({ resource, output }: Synthesized): Map<string, string> =>
    new Map(
      Object.entries({ ...resource, output: output ?? {} }).flatMap(([type, members]) =>
        Object.entries(members).map(([name, member]) => [`${type}.${name}`, JSON.stringify(member)]),
      ),
    );
  const [before, after] = [entries(one), entries(two)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((address) => before.get(address) !== after.get(address))
    .sort();
}

/** What of the stacks that are there before is otherwise afterwards; the edge and the links know all regions. */
function changes(before: readonly Deployment[], after: readonly Deployment[]): Record<string, string[]> {
  const [one, two] = [before, after].map((regions) =>
    synthesizeAll([{ environment: 'production', regions, chosen: regions.map(({ region }) => region) }]),
  );
  return Object.fromEntries(
    Object.keys(one!)
      .filter((stack) => one![stack] !== two![stack] && !/-(edge|links)$/.test(stack))
      .map((stack) => {
        const [was, is] = [one!, two!].map((texts) => JSON.parse(texts[stack]!) as Synthesized);
        return [stack, differing(was!, is!)];
      }),
  );
}

test('a third region leaves the others as they were, but for the copies of what all share', () => {
  expect(changes([production, ireland], [production, ireland, mumbai])).toEqual({
    'production-global': [
      'aws_dynamodb_table.shared_state_table',
      'aws_kms_alias.encryption_ap_south_1_alias',
      'aws_kms_key.encryption_ap_south_1_key',
      'output.cross_stack_output_aws_kms_key_encryption_ap_south_1_key_arn',
    ],
    'production-us-east-1-app': [
      'aws_iam_role_policy.signing_key_rotation_rotator_rotate_signing_key',
      'aws_secretsmanager_secret.signing_key_secret',
    ],
  });
});

test('with the second one the home region begins to tell others, too, and its networks, data and images stay', () => {
  const changed = changes([production], [production, ireland]);
  expect(Object.keys(changed).sort()).toEqual([
    'production-global',
    'production-us-east-1-app',
    'production-us-east-1-observability',
  ]);
  const others = Object.entries(changed)
    .filter(([stack]) => stack !== 'production-global')
    .flatMap(([, addresses]) => addresses.filter((address) => !address.includes('invalidations')));
  expect(others.sort()).toEqual([
    'aws_cloudwatch_dashboard.dashboard_overview',
    'aws_iam_role_policy.signing_key_rotation_rotator_rotate_signing_key',
    'aws_kms_key.encryption_key',
    'aws_launch_template.web_launch_template',
    'aws_secretsmanager_secret.signing_key_secret',
    'output.cross_stack_output_aws_secretsmanager_secret_signing_key_secret_arn',
  ]);
});

test('tiers that are left out are gone, and nothing refers to them', () => {
  const { cache: _cache, cdn: _cdn, ...bare } = production;
  const stacks = parseAll(
    synthesizeAll([{ environment: 'production', regions: [bare], chosen: ['us-east-1'] }]),
  );
  const text = JSON.stringify(stacks);
  expect(text).not.toContain('aws_elasticache');
  expect(text).not.toContain('CACHE_HOST');
  expect(text).not.toContain('aws_cloudfront');
});

test('a secret of Sentry is told to all fleets, which may read it; without one nothing is', () => {
  const dsnSecretArn = `arn:aws:secretsmanager:us-east-1:${production.account}:secret:sentry-AbCdEf`;
  const appOf = (region: Deployment): Synthesized =>
    parseAll(synthesizeAll([{ environment: 'production', regions: [region], chosen: ['us-east-1'] }]))[
      'production-us-east-1-app'
    ]!;
  const tracked = appOf({ ...production, errorTracking: { sentry: { dsnSecretArn } } });
  const readers = Object.values(resourcesOf(tracked, 'aws_iam_role_policy')).filter(({ policy }) =>
    String(policy).includes(dsnSecretArn),
  );
  expect(readers.map(({ role }) => role)).toHaveLength(3);
  for (const { user_data: data } of Object.values(resourcesOf(tracked, 'aws_launch_template'))) {
    expect(String(data)).toContain(`SENTRY_DSN_SECRET_ARN=${dsnSecretArn}`);
  }
  expect(JSON.stringify(appOf(production))).not.toMatch(/sentry/i);
});

test('metrics of the tiers, the service and its business go to Datadog where a region says so', () => {
  const datadog = {
    site: 'datadoghq.eu',
    apiKeySecretArn: `arn:aws:secretsmanager:us-east-1:${production.account}:secret:datadog-AbCdEf`,
  } as const;
  const filtersOf = (metricsExport: Deployment['metricsExport']): unknown => {
    const region: Deployment = { ...production, metricsExport };
    const stacks = parseAll(
      synthesizeAll([{ environment: 'production', regions: [region], chosen: ['us-east-1'] }]),
    );
    const streams = resourcesOf(
      stacks['production-us-east-1-observability']!,
      'aws_cloudwatch_metric_stream',
    );
    return Object.values(streams).map(({ include_filter: filter }) =>
      (filter as { namespace: string }[]).map(({ namespace }) => namespace),
    );
  };
  expect(filtersOf(undefined)).toEqual([]);
  expect(filtersOf({ datadog })).toEqual([
    expect.arrayContaining(['AWS/RDS', 'tiers/production/service', 'tiers/production/business']),
  ]);
  expect(filtersOf({ datadog: { ...datadog, namespaces: ['AWS/RDS'] } })).toEqual([['AWS/RDS']]);
});

describe('state', () => {
  test('is local and relative by default, and what reads it names the same file', () => {
    const stacks = synthesizeNamed('staging');
    for (const [stack, { terraform, data }] of Object.entries(stacks)) {
      expect(terraform).toMatchObject({ backend: { local: { path: `../../../state/${stack}.tfstate` } } });
      const states = (
        data as { terraform_remote_state?: Record<string, { config: { path: string } }> } | undefined
      )?.terraform_remote_state;
      for (const { config } of Object.values(states ?? {})) {
        const read = /^\.\.\/\.\.\/\.\.\/state\/(.+)\.tfstate$/.exec(config.path)?.[1];
        expect(Object.keys(stacks)).toContain(read);
      }
    }
  });

  test('is in a bucket with its native lock where the deployment says so', () => {
    const state = { backend: 's3', bucket: 'acme-states', region: 'eu-west-1' } as const;
    const stacks = parseAll(
      synthesizeAll([
        { environment: 'production', regions: [{ ...production, state }], chosen: ['us-east-1'] },
      ]),
    );
    expect(stacks['production-global']!.terraform).toMatchObject({
      backend: {
        s3: {
          bucket: 'acme-states',
          region: 'eu-west-1',
          key: 'tiers/production/production-global.tfstate',
          encrypt: true,
          use_lockfile: true,
        },
      },
    });
  });

  test('takes one account only', () => {
    for (const { provider } of Object.values(synthesizeNamed('production'))) {
      expect(provider).toMatchObject({ aws: [{ allowed_account_ids: [production.account] }] });
    }
  });
});
