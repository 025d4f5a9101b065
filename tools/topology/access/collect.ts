import { TopologyError } from '../errors';
import { evaluate } from '../evaluate';
import { attributeOf, resourceWith } from '../identifiers';
import { asList } from '../json';
import { resourcesOfType } from '../lookup';
import type { Graph, Resource } from '../types';
import { type PolicyStatement, statementsOf } from './policy';

/**
 * AWS managed policies that roles of instances commonly carry; they concern the machine, not what the service does.
 * Their statements belong to AWS and are not in the plan, so they are listed and never evaluated.
 */
export const KNOWN_MANAGED_POLICIES = [
  'AmazonSSMManagedInstanceCore',
  'CloudWatchAgentServerPolicy',
] as const;

const AWS_MANAGED = /^arn:aws:iam::aws:policy\/(?:.*\/)?([^/]+)$/;

export interface IdentityPolicies {
  readonly statements: readonly PolicyStatement[];
  /** Names of attached AWS managed policies. */
  readonly notEvaluated: readonly string[];
}

/** Inline and attached policies of a role. */
export function identityPolicies(graph: Graph, role: Resource): IdentityPolicies {
  const statements = [
    ...ofRole(graph, role, 'aws_iam_role_policy').flatMap((policy) => statementsOf(graph, policy, 'policy')),
    ...asList(role.arguments.inline_policy).flatMap((_, index) =>
      statementsOf(graph, role, ['inline_policy', index, 'policy']),
    ),
  ];
  const notEvaluated: string[] = [];
  const attachments = ofRole(graph, role, 'aws_iam_role_policy_attachment').map(
    (holder) => [holder, evaluate(graph, holder, 'policy_arn')] as const,
  );
  const own = asList(evaluate(graph, role, 'managed_policy_arns')).map((arn) => [role, arn] as const);
  for (const [holder, arn] of [...attachments, ...own]) {
    const managed = AWS_MANAGED.exec(String(arn))?.[1];
    if (managed === undefined) statements.push(...managedStatements(graph, holder, String(arn)));
    else notEvaluated.push(managed);
  }
  return { statements, notEvaluated };
}

/** Statements of a role's permissions boundary; undefined where it has none. */
export function boundaryStatements(graph: Graph, role: Resource): PolicyStatement[] | undefined {
  const arn = evaluate(graph, role, 'permissions_boundary');
  return arn === undefined || arn === null ? undefined : managedStatements(graph, role, String(arn));
}

function ofRole(graph: Graph, role: Resource, type: string): Resource[] {
  return resourcesOfType(graph, type).filter(
    (policy) =>
      resourceWith(graph, 'aws_iam_role', 'name', evaluate(graph, policy, 'role'), policy)?.globalAddress ===
      role.globalAddress,
  );
}

function managedStatements(graph: Graph, holder: Resource, arn: string): PolicyStatement[] {
  const policy = resourceWith(graph, 'aws_iam_policy', 'arn', arn, holder);
  if (policy) return statementsOf(graph, policy, 'policy');
  throw new TopologyError(
    { stack: holder.stack, address: holder.address, argument: 'policy_arn' },
    `found ${arn}, which is no aws_iam_policy of the stacks that were read`,
    'Refer to an aws_iam_policy of these stacks, so that its statements can be evaluated',
  );
}

interface PolicyHolder {
  /** Type that holds the policy, and the argument with the document. */
  readonly type: string;
  /** Argument that names the resource guarded, and that resource's type and attribute; own attribute `arn` without it. */
  readonly of?: { readonly argument: string; readonly type: string; readonly attribute: string };
}

const HOLDERS: readonly PolicyHolder[] = [
  { type: 'aws_sqs_queue' },
  { type: 'aws_sqs_queue_policy', of: { argument: 'queue_url', type: 'aws_sqs_queue', attribute: 'url' } },
  { type: 'aws_s3_bucket' },
  { type: 'aws_s3_bucket_policy', of: { argument: 'bucket', type: 'aws_s3_bucket', attribute: 'id' } },
  { type: 'aws_secretsmanager_secret' },
  {
    type: 'aws_secretsmanager_secret_policy',
    of: { argument: 'secret_arn', type: 'aws_secretsmanager_secret', attribute: 'arn' },
  },
  { type: 'aws_sns_topic' },
  { type: 'aws_sns_topic_policy', of: { argument: 'arn', type: 'aws_sns_topic', attribute: 'arn' } },
  { type: 'aws_kms_key' },
  { type: 'aws_kms_key_policy', of: { argument: 'key_id', type: 'aws_kms_key', attribute: 'id' } },
];

export interface ResourcePolicies {
  readonly statements: readonly PolicyStatement[];
  /** The resource that is guarded, if it is in the graph. */
  readonly guarded: Resource | undefined;
}

/** The statements attached to the resource that an ARN names (of the bucket, where it names a key in it). */
export function resourcePolicies(graph: Graph, arn: string): ResourcePolicies {
  let guarded: Resource | undefined;
  const statements: PolicyStatement[] = [];
  for (const { type, of } of HOLDERS)
    for (const holder of resourcesOfType(graph, type)) {
      const target = of
        ? resourceWith(graph, of.type, of.attribute, evaluate(graph, holder, of.argument), holder)
        : holder;
      const own = target && attributeOf(graph, target, 'arn');
      if (!target || typeof own !== 'string' || (arn !== own && !arn.startsWith(`${own}/`))) continue;
      guarded ??= target;
      statements.push(...statementsOf(graph, holder, 'policy'));
    }
  return { statements, guarded };
}
