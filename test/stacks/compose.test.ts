import production from '../../deployments/production/us-east-1';
import { listDeployments, loadDeployments, type Selection } from '../../deployments/load';
import type { Deployment } from '../../deployments/schema';
import { resourcesOf, type Synthesized } from '../support/synth';
import { parseAll, synthesizeAll, synthesizeNamed } from './support';

const REGION_STACKS = ['app', 'data', 'image', 'network', 'observability'];

const ireland: Deployment = {
  ...production,
  region: 'eu-west-1',
  zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
  cidr: '10.1.0.0/16',
  continent: 'EU',
  timeZone: 'Europe/Dublin',
};
const both: Selection = {
  environment: 'production',
  regions: [production, ireland],
  chosen: ['us-east-1', 'eu-west-1'],
};

test.each(['local', 'staging', 'production'])(
  '%s has a global stack, five for each region, and the edge',
  (environment) => {
    const regions = listDeployments()
      .filter((name) => name === environment || name.startsWith(`${environment}/`))
      .map((name) => name.split('/')[1] ?? 'us-east-1');
    expect(Object.keys(synthesizeNamed(environment))).toEqual(
      [
        `${environment}-edge`,
        `${environment}-global`,
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

test('a second region leaves the stacks of the first one as they were', () => {
  const one = synthesizeAll([{ ...both, regions: [production], chosen: ['us-east-1'] }]);
  const two = synthesizeAll([both]);
  for (const stack of REGION_STACKS) {
    expect(two[`production-us-east-1-${stack}`]).toBe(one[`production-us-east-1-${stack}`]);
  }
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

test('a secret of Sentry is told to both fleets, which may read it; without one nothing is', () => {
  const dsnSecretArn = `arn:aws:secretsmanager:us-east-1:${production.account}:secret:sentry-AbCdEf`;
  const appOf = (region: Deployment): Synthesized =>
    parseAll(synthesizeAll([{ environment: 'production', regions: [region], chosen: ['us-east-1'] }]))[
      'production-us-east-1-app'
    ]!;
  const tracked = appOf({ ...production, errorTracking: { sentry: { dsnSecretArn } } });
  const readers = Object.values(resourcesOf(tracked, 'aws_iam_role_policy')).filter(({ policy }) =>
    String(policy).includes(dsnSecretArn),
  );
  expect(readers.map(({ role }) => role)).toHaveLength(2);
  for (const { user_data: data } of Object.values(resourcesOf(tracked, 'aws_launch_template'))) {
    expect(String(data)).toContain(`SENTRY_DSN_SECRET_ARN=${dsnSecretArn}`);
  }
  expect(JSON.stringify(appOf(production))).not.toMatch(/sentry/i);
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
