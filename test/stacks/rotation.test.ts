import {
  attributeOf,
  buildGraph,
  canConnect,
  canReachService,
  evaluate,
  evaluateAccess,
  resourceAt,
  resourcesOfType,
  resourceWith,
  stackOf,
  type Graph,
  type Resource,
} from '../../tools/topology';
import { synthesizeHome } from './support';

/** Nothing starts these functions before the schedule does, so the checks before a start are made here. */
const graph: Graph = buildGraph(
  Object.entries(synthesizeHome('production')).map(([name, document]) =>
    stackOf(name, `/stacks/${name}`, [], JSON.parse(JSON.stringify(document))),
  ),
);
const rotations = resourcesOfType(graph, 'aws_secretsmanager_secret_rotation').map((rotation) => {
  const rotator = resourceWith(
    graph,
    'aws_lambda_function',
    'arn',
    evaluate(graph, rotation, 'rotation_lambda_arn'),
  )!;
  return { rotation, rotator, secretArn: String(evaluate(graph, rotation, 'secret_id')) };
});
const groupsOf = (rotator: Resource): string[] =>
  (evaluate(graph, rotator, 'vpc_config.security_group_ids') as string[]).map(
    (id) => resourceWith(graph, 'aws_security_group', 'id', id)!.globalAddress,
  );
const roleOf = (rotator: Resource): Resource =>
  resourceWith(graph, 'aws_iam_role', 'arn', evaluate(graph, rotator, 'role'))!;

test('every secret of production but the canary’s is rotated, each by a function of its own', () => {
  const secrets = resourcesOfType(graph, 'aws_secretsmanager_secret')
    .filter(({ name }) => !name.startsWith('canary_'))
    .map((secret) => attributeOf(graph, secret, 'arn'));
  expect(secrets.length).toBe(2);
  expect(rotations.map(({ secretArn }) => secretArn).sort()).toEqual([...secrets].sort());
  expect(new Set(rotations.map(({ rotator }) => rotator.globalAddress)).size).toBe(2);
});

const ACTIONS = ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'];

test.each(rotations.map((one) => [one.rotator.globalAddress, one] as const))(
  '%s may do what its code does, to its secret alone',
  (_address, { rotator, secretArn }) => {
    const role = roleOf(rotator);
    for (const action of ACTIONS) {
      const allowed = ({ secretArn: resourceArn }: { secretArn: string }): boolean =>
        evaluateAccess(graph, { role, action: `secretsmanager:${action}`, resourceArn }).allowed;
      expect(rotations.filter(allowed).map((one) => one.secretArn)).toEqual([secretArn]);
    }
    const secret = resourceWith(graph, 'aws_secretsmanager_secret', 'arn', secretArn)!;
    const resourceArn = String(evaluate(graph, secret, 'kms_key_id'));
    for (const action of ['kms:Decrypt', 'kms:GenerateDataKey']) {
      const through = (service: string): boolean =>
        evaluateAccess(graph, {
          role,
          action,
          resourceArn,
          context: { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` },
        }).allowed;
      expect([action, through('secretsmanager'), through('s3')]).toEqual([action, true, false]);
    }
  },
);

test.each(rotations.map((one) => [one.rotator.globalAddress, one] as const))(
  '%s reaches Secrets Manager, and the database only if that is its matter',
  (_address, { rotator }) => {
    const groups = groupsOf(rotator);
    expect(canReachService(graph, groups, 'secretsmanager')).toMatchObject({ allowed: true });
    const database = resourceAt(
      graph,
      'production-us-east-1-data:aws_security_group.shard_00_security_group',
    );
    const isPostgres = evaluate(graph, rotator, 'environment.variables.TARGET') === 'postgres';
    expect(canConnect(graph, groups, [database.globalAddress], 5432).allowed).toBe(isPostgres);
  },
);
