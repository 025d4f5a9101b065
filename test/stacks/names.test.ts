import fc from 'fast-check';
import production from '../../deployments/production/us-east-1';
import type { Deployment } from '../../deployments/schema';
import { faultsOf } from '../../deployments/validate';
import { NAME_LIMITS, type NamedKind } from '../../lib/limits';
import { resourcesOf } from '../support/synth';
import { parseAll, synthesizeAll } from './support';

/** Which argument of each type is a name, and of which kind. */
const NAMED: Readonly<Record<string, readonly [argument: string, kind: NamedKind]>> = {
  aws_autoscaling_group: ['name', 'autoScalingGroup'],
  aws_budgets_budget: ['name', 'budget'],
  aws_cloudfront_origin_access_control: ['name', 'originAccessControl'],
  aws_cloudwatch_dashboard: ['dashboard_name', 'dashboard'],
  aws_cloudwatch_metric_alarm: ['alarm_name', 'alarm'],
  aws_db_instance: ['identifier', 'database'],
  aws_dynamodb_table: ['name', 'table'],
  aws_elasticache_replication_group: ['replication_group_id', 'cache'],
  aws_elasticache_user: ['user_id', 'cacheUser'],
  aws_iam_instance_profile: ['name', 'instanceProfile'],
  aws_iam_role: ['name', 'role'],
  aws_launch_template: ['name', 'launchTemplate'],
  aws_lb: ['name', 'loadBalancer'],
  aws_lb_target_group: ['name', 'targetGroup'],
  aws_s3_bucket: ['bucket', 'bucket'],
  aws_secretsmanager_secret: ['name', 'secret'],
  aws_security_group: ['name', 'securityGroup'],
  aws_sns_topic: ['name', 'topic'],
  aws_sqs_queue: ['name', 'queue'],
  aws_ssm_parameter: ['name', 'parameter'],
};

const word = fc.stringMatching(/^[a-z][a-z0-9]{1,11}$/);
const region = fc.constantFrom('us-east-1', 'ap-northeast-2', 'ap-southeast-4');
/** Legal deployments of any name; half of them as long as names may be. */
const deployments = fc
  .record({
    project: fc.oneof(word, fc.constant('projectlong1')),
    environment: fc.oneof(word, fc.constant('environment1')),
    region,
  })
  .map(({ project, environment, region }): Deployment => ({
    ...production,
    project,
    environment,
    region,
    homeRegion: region,
    zones: ['a', 'b', 'c'].map((zone) => `${region}${zone}`),
  }));

test('every name of every stack is within the limit of AWS, and each is used once, for every legal deployment', () => {
  fc.assert(
    fc.property(deployments, (deployment) => {
      expect(faultsOf(deployment)).toEqual([]);
      const { environment, region } = deployment;
      const stacks = parseAll(synthesizeAll([{ environment, regions: [deployment], chosen: [region] }]));
      for (const [type, [argument, kind]] of Object.entries(NAMED)) {
        const names = Object.values(stacks).flatMap((stack) =>
          Object.values(resourcesOf(stack, type)).map((resource) => String(resource[argument])),
        );
        expect(names.length).toBeGreaterThan(0);
        expect(new Set(names).size).toBe(names.length);
        for (const name of names) expect(`${name}`.length).toBeLessThanOrEqual(NAME_LIMITS[kind]);
      }
    }),
    { numRuns: 8 },
  );
});
