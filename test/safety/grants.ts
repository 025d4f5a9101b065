import type { Graph, Resource } from '../../tools/topology';
import { at, managed, valuesOf, violation, type Rule, type Violation } from './plan';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: unknown;
  readonly Resource?: string | readonly string[];
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** A wildcard that statements of a type may have, and why. */
interface Reason {
  readonly type: string;
  /** Statements of this Sid only. */
  readonly sid?: string;
  /** Statements with a condition, all of whose actions match, only. */
  readonly when?: RegExp;
  /** The same, without a condition. */
  readonly always?: RegExp;
  readonly action?: RegExp;
  readonly resource?: RegExp;
  readonly reason: string;
}

/** Every wildcard that an allowing statement may have. One that is not here is refused. */
export const REASONS: readonly Reason[] = [
  {
    type: 'aws_kms_key',
    resource: /^\*$/,
    reason:
      'In the policy of a key, "*" is the key itself (AWS KMS Developer Guide, "Key policies in AWS KMS").',
  },
  {
    type: 'aws_kms_key',
    sid: 'Account',
    action: /^kms:\*$/,
    reason: 'The account, whose identity policies then decide; without it nobody could ever change the key.',
  },
  {
    type: 'aws_kms_key',
    action: /^kms:(ReEncrypt|GenerateDataKey)\*$/,
    reason: 'The forms of one operation, written as the guides of the services that use them write it.',
  },
  {
    type: 'aws_vpc_endpoint',
    action: /^\*$/,
    resource: /^\*$/,
    reason:
      'The policy of an endpoint gives nothing: it narrows what a role may do anyway to roles of the account.',
  },
  {
    type: 'aws_s3_bucket_policy',
    resource: /^\$\{aws_s3_bucket\.\w+\.arn\}\/(\*\/)?AWSLogs\/\d{12}\/\*$/,
    reason: 'Balancers write below a prefix that the deployment chooses, into the folder of the account.',
  },
  {
    type: 'aws_iam_role_policy',
    when: /^(ec2|elasticache|rds):Describe\w+$/,
    resource: /^\*$/,
    reason: 'Lists of a region, which name no resource (Service Authorization Reference of each service).',
  },
  {
    type: 'aws_iam_role_policy',
    when: /^cloudfront:CreateInvalidation$/,
    resource: /^arn:aws:cloudfront::\d{12}:distribution\/\*$/,
    reason:
      'The edge comes after the regions, so that its distribution is known by its tag only (decision 0022).',
  },
  {
    type: 'aws_iam_role_policy',
    resource: /^arn:aws:ec2:[a-z0-9-]+::snapshot\/\*$/,
    reason:
      'A snapshot has no name before it is taken, and no account in its ARN (Service Authorization Reference, Amazon EC2).',
  },
  {
    type: 'aws_iam_role_policy',
    when: /^(ssm:UpdateInstanceInformation|ssmmessages:(Create|Open)(Control|Data)Channel)$/,
    resource: /^\*$/,
    reason:
      'Channels are no resources, and an instance is not known before it starts; the condition names instances of the account (Service Authorization Reference).',
  },
  {
    type: 'aws_iam_role_policy',
    when: /^cloudwatch:PutMetricData$/,
    resource: /^\*$/,
    reason: 'A metric is no resource; the condition names its namespace (Amazon CloudWatch User Guide).',
  },
  {
    type: 'aws_iam_role_policy',
    when: /^logs:((Create|Delete|Get|Update)LogDelivery|ListLogDeliveries|(Put|Describe)ResourcePolic(y|ies)|DescribeLogGroups)$/,
    resource: /^\*$/,
    reason:
      'Log deliveries are no resources (AWS Step Functions Developer Guide, "Logging in CloudWatch Logs").',
  },
  {
    type: 'aws_iam_role_policy',
    when: /^xray:(GetSampling(Rules|Targets)|Put(TelemetryRecords|TraceSegments))$/,
    resource: /^\*$/,
    reason:
      'X-Ray knows no resources for traces (AWS Step Functions Developer Guide, "Trace data in AWS X-Ray").',
  },
  {
    type: 'aws_iam_role_policy',
    always: /^(s3:ListAllMyBuckets|xray:PutTraceSegments)$/,
    resource: /^\*$/,
    reason:
      'Asked for by a canary; neither knows a resource (Amazon CloudWatch User Guide, "Required roles and permissions for canaries").',
  },
  {
    type: 'aws_iam_role_policy',
    resource: /^arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:\/aws\/lambda\/cwsyn-[a-z0-9-]+\*$/,
    reason: 'Synthetics names the log group of a canary, with an id of its own at the end.',
  },
  {
    type: 'aws_iam_role_policy',
    resource: /^arn:aws:iam::\d{12}:(role|instance-profile)\/([a-z0-9]+-[a-z0-9]+-|aws-service-role\/)\*$/,
    reason:
      "The role that Terraform works with makes roles: those whose names begin with the environment's, and AWS's own.",
  },
];

/** Policies that AWS keeps, whose content is not in a plan, and why a role has one. */
export const MANAGED_POLICIES: Readonly<Record<string, string>> = {
  AmazonSSMManagedInstanceCore:
    'The machine that builds images, which Image Builder works on through Run Command.',
  'service-role/AWSLambdaVPCAccessExecutionRole':
    'A function in the VPC, whose network interface has no name before it is made.',
  CloudWatchReadOnlyAccess:
    'A chat channel shows the graph of the metric that set off an alarm, any of the account.',
  CloudWatchAgentServerPolicy: 'Logs and metrics of the machine, whose groups the agent finds by name.',
  PowerUserAccess:
    'The role that Terraform works with, which makes whatever the stacks hold; it cannot change who may do what.',
  EC2InstanceProfileForImageBuilder: 'The machine that builds images, which lives for half an hour.',
  'service-role/EC2ImageBuilderLifecycleExecutionPolicy':
    'The role that Image Builder itself assumes to remove images of its own making.',
  'service-role/AmazonRDSEnhancedMonitoringRole': 'The role that RDS itself assumes to write its metrics.',
};

/** Objects or streams of one resource: a reference to it, or a bucket's whole name, and a wildcard in what follows a slash or a colon. */
const BELOW = /^(\$\{[^}]+\}|arn:aws:s3:::[a-z0-9.-]+)([/:][^*]*)?[/:][^*]*\*[^*]*$/;

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

export const GRANTS: Rule = {
  name: 'a permission names its actions and its resource, or a table says why not',
  find: (graph) => [
    ...[...graph.resources.values()].flatMap((resource) =>
      statementsOf(resource).flatMap((statement) => wildcards(resource, statement)),
    ),
    ...managed(graph, 'aws_iam_role_policy_attachment').flatMap((attachment) => {
      const arn = String(at(attachment, 'policy_arn'));
      const name = /^arn:aws:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
      return name === undefined || Object.hasOwn(MANAGED_POLICIES, name)
        ? []
        : [violation(attachment, `has ${name}, a policy of AWS that no table gives a reason for`)];
    }),
  ],
};

/** Entries of the table that no statement of a plan needs. */
export function idleReasons(graph: Graph): readonly Reason[] {
  return REASONS.filter((reason) => {
    const { type, action, resource } = reason;
    const statements = managed(graph, type)
      .flatMap(statementsOf)
      .filter((statement) => appliesTo(reason, statement));
    const needed = (pattern: RegExp | undefined, values: readonly string[]): boolean =>
      pattern !== undefined && values.some((value) => pattern.test(value));
    return !statements.some(
      (statement) => needed(action, list(statement.Action)) || needed(resource, list(statement.Resource)),
    );
  });
}

function appliesTo({ sid, when, always }: Reason, { Sid, Action, Condition }: Statement): boolean {
  const only = (pattern: RegExp | undefined): boolean =>
    pattern === undefined || list(Action).every((action) => pattern.test(action));
  return (
    (sid === undefined || sid === Sid) &&
    (when === undefined || Condition !== undefined) &&
    only(when) &&
    only(always)
  );
}

function statementsOf(resource: Resource): Statement[] {
  return ['policy', 'policy_document']
    .flatMap((argument) => valuesOf(resource.arguments, argument))
    .filter((policy) => typeof policy === 'string' && policy.startsWith('{'))
    .flatMap((policy) => (JSON.parse(String(policy)) as { Statement: Statement[] }).Statement)
    .filter(({ Effect }) => Effect === 'Allow');
}

function wildcards(resource: Resource, statement: Statement): Violation[] {
  const reasons = REASONS.filter((reason) => reason.type === resource.type && appliesTo(reason, statement));
  const actions = list(statement.Action).filter(
    (action) => action.includes('*') && !reasons.some((reason) => reason.action?.test(action)),
  );
  const resources = list(statement.Resource).filter(
    (arn) => arn.includes('*') && !BELOW.test(arn) && !reasons.some((reason) => reason.resource?.test(arn)),
  );
  const inverted = statement.NotAction !== undefined || statement.NotResource !== undefined;
  return [
    ...actions.map((action) => violation(resource, `allows ${action}`)),
    ...resources.map((arn) => violation(resource, `allows something on ${arn}`)),
    ...(inverted ? [violation(resource, 'allows everything but a list')] : []),
  ];
}
