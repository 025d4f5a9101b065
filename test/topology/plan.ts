import {
  buildGraph,
  type Graph,
  type JsonObject,
  resourceAt,
  type Resource,
  stackOf,
} from '../../tools/topology';

/** A document that a test may change before it becomes a stack. */
export type Block = Record<string, unknown>;
export interface Documents {
  readonly data: { resource: Record<string, Record<string, Block>>; [block: string]: unknown };
  readonly app: { resource: Record<string, Record<string, Block>>; [block: string]: unknown };
}

const DATA = 'local-us-east-1-data';
const APP = 'local-us-east-1-app';

const SERVICE_ENVIRONMENT = [
  'QUEUE_URL=${aws_sqs_queue.jobs.url}',
  'DB_WRITER_HOST=${data.terraform_remote_state.data.outputs.writer}',
  'DB_READER_HOSTS=${data.terraform_remote_state.data.outputs.reader}',
  'DB_PORT=5432',
  'DB_USER=service',
  'CACHE_HOST=${data.terraform_remote_state.data.outputs.cache}',
  'CACHE_PORT=6379',
  'CACHE_USER=service',
  'SIGNING_SECRET_ARN=${aws_secretsmanager_secret.signing.arn}',
  'PORT=8080',
];

/** The user data of the web fleet as cdktf writes it: base64encode() of a quoted string. */
export function userData(
  lines: readonly string[] = SERVICE_ENVIRONMENT,
  units: readonly string[] = ['tiers-api.service'],
): string {
  const text = [
    '#cloud-config',
    'write_files:',
    '  - path: /etc/tiers/service.env',
    "    permissions: '0640'",
    '    content: |',
    ...lines.map((line) => `      ${line}`),
    'runcmd:',
    ...units.map((unit) => `  - [systemctl, enable, --now, ${unit}]`),
    '',
  ].join('\n');
  return `\${base64encode("${text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"')}")}`;
}

export function environmentWith(changes: Readonly<Record<string, string | undefined>>): string {
  const kept = SERVICE_ENVIRONMENT.filter((line) => !Object.hasOwn(changes, line.split('=')[0] ?? ''));
  const written = Object.entries(changes).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${value}`],
  );
  return userData([...kept, ...written]);
}

export const allow = (action: string | string[], resource: string | string[], more: Block = {}): Block => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...more,
});

export const policy = (...statements: Block[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

const tcp = (port: number): Block => ({ ip_protocol: 'tcp', from_port: port, to_port: port });
const backend = (name: string): Block => ({
  backend: { local: { path: `../../../terraform.${name}.tfstate` } },
});
const provider = { aws: [{ region: 'us-east-1', allowed_account_ids: ['111122223333'] }] };

/** A region with a balancer, a web fleet, a database with a reader, a cache, a queue and a secret, all of it sound. */
export function documents(): Documents {
  return {
    data: {
      terraform: backend(DATA),
      provider,
      resource: {
        aws_vpc: { main: { cidr_block: '10.0.0.0/16' } },
        aws_security_group: {
          database: { name: 'database', vpc_id: '${aws_vpc.main.id}' },
          cache: { name: 'cache', vpc_id: '${aws_vpc.main.id}' },
        },
        aws_db_instance: {
          shard_00_a: {
            identifier: 'shard-00-a',
            engine: 'postgres',
            port: 5432,
            password_wo: '${ephemeral.random_password.admin.result}',
            password_wo_version: 1,
            vpc_security_group_ids: ['${aws_security_group.database.id}'],
          },
          shard_00_b: {
            identifier: 'shard-00-b',
            replicate_source_db: '${aws_db_instance.shard_00_a.arn}',
            vpc_security_group_ids: ['${aws_security_group.database.id}'],
          },
        },
        aws_elasticache_user: { service: { user_id: 'service', user_name: 'service', engine: 'valkey' } },
        aws_elasticache_user_group: {
          cache: { user_group_id: 'cache', user_ids: ['${aws_elasticache_user.service.user_id}'] },
        },
        aws_elasticache_replication_group: {
          cache: {
            replication_group_id: 'cache',
            user_group_ids: ['${aws_elasticache_user_group.cache.user_group_id}'],
            security_group_ids: ['${aws_security_group.cache.id}'],
          },
        },
      },
      ephemeral: { random_password: { admin: { length: 32 } } },
      output: {
        vpc: { value: '${aws_vpc.main.id}' },
        database_group: { value: '${aws_security_group.database.id}' },
        cache_group: { value: '${aws_security_group.cache.id}' },
        writer: { value: '${aws_db_instance.shard_00_a.address}' },
        reader: { value: '${aws_db_instance.shard_00_b.address}' },
        database_ids: {
          value: ['${aws_db_instance.shard_00_a.resource_id}', '${aws_db_instance.shard_00_b.resource_id}'],
        },
        cache: { value: '${aws_elasticache_replication_group.cache.primary_endpoint_address}' },
        cache_arn: { value: '${aws_elasticache_replication_group.cache.arn}' },
        cache_user: { value: '${aws_elasticache_user.service.arn}' },
      },
    },
    app: appDocument(),
  };
}

function appDocument(): Documents['app'] {
  const remote = (name: string): string => `\${data.terraform_remote_state.data.outputs.${name}}`;
  const group = (name: string): Block => ({ name, vpc_id: remote('vpc') });
  const ids = 'data.terraform_remote_state.data.outputs.database_ids';
  return {
    terraform: backend(APP),
    provider,
    data: {
      terraform_remote_state: {
        data: {
          backend: 'local',
          config: { path: `\${path.module}/../../../terraform.${DATA}.tfstate` },
          workspace: '${terraform.workspace}',
        },
      },
      aws_caller_identity: { here: {} },
    },
    resource: {
      aws_sqs_queue: { jobs: { name: 'jobs' } },
      aws_secretsmanager_secret: { signing: { name: 'signing' } },
      aws_security_group: { web: group('web'), balancer: group('balancer') },
      aws_vpc_security_group_ingress_rule: {
        balancer_https: {
          security_group_id: '${aws_security_group.balancer.id}',
          cidr_ipv4: '0.0.0.0/0',
          ...tcp(443),
        },
        web: {
          security_group_id: '${aws_security_group.web.id}',
          referenced_security_group_id: '${aws_security_group.balancer.id}',
          ...tcp(8080),
        },
        database: {
          security_group_id: remote('database_group'),
          referenced_security_group_id: '${aws_security_group.web.id}',
          ...tcp(5432),
        },
        cache: {
          security_group_id: remote('cache_group'),
          referenced_security_group_id: '${aws_security_group.web.id}',
          ...tcp(6379),
        },
      },
      aws_vpc_security_group_egress_rule: {
        balancer: {
          security_group_id: '${aws_security_group.balancer.id}',
          referenced_security_group_id: '${aws_security_group.web.id}',
          ...tcp(8080),
        },
        database: {
          security_group_id: '${aws_security_group.web.id}',
          referenced_security_group_id: remote('database_group'),
          ...tcp(5432),
        },
        cache: {
          security_group_id: '${aws_security_group.web.id}',
          referenced_security_group_id: remote('cache_group'),
          ...tcp(6379),
        },
        https: { security_group_id: '${aws_security_group.web.id}', cidr_ipv4: '0.0.0.0/0', ...tcp(443) },
      },
      aws_iam_role: {
        web: {
          name: 'web',
          assume_role_policy: policy({
            Effect: 'Allow',
            Principal: { Service: 'ec2.amazonaws.com' },
            Action: 'sts:AssumeRole',
          }),
        },
      },
      aws_iam_role_policy: {
        web: {
          role: '${aws_iam_role.web.name}',
          policy: policy(
            allow('sqs:SendMessage', '${aws_sqs_queue.jobs.arn}'),
            allow('secretsmanager:GetSecretValue', '${aws_secretsmanager_secret.signing.arn}'),
            allow('rds-db:connect', [
              `arn:aws:rds-db:us-east-1:\${data.aws_caller_identity.here.account_id}:dbuser:\${${ids}[0]}/service`,
              `arn:aws:rds-db:us-east-1:\${data.aws_caller_identity.here.account_id}:dbuser:\${${ids}[1]}/service`,
            ]),
            allow('elasticache:Connect', [remote('cache_arn'), remote('cache_user')]),
          ),
        },
      },
      aws_iam_instance_profile: { web: { name: 'web', role: '${aws_iam_role.web.name}' } },
      aws_launch_template: {
        web: {
          name: 'web',
          iam_instance_profile: { arn: '${aws_iam_instance_profile.web.arn}' },
          vpc_security_group_ids: ['${aws_security_group.web.id}'],
          user_data: userData(),
        },
      },
      aws_autoscaling_group: {
        web: {
          name: 'web',
          launch_template: { id: '${aws_launch_template.web.id}', version: '1' },
          target_group_arns: ['${aws_lb_target_group.web.arn}'],
        },
      },
      aws_lb: { web: { name: 'web', security_groups: ['${aws_security_group.balancer.id}'] } },
      aws_lb_target_group: { web: { name: 'web', port: 8080, health_check: { path: '/healthz' } } },
      aws_lb_listener: {
        https: {
          load_balancer_arn: '${aws_lb.web.arn}',
          port: 443,
          default_action: [{ type: 'forward', target_group_arn: '${aws_lb_target_group.web.arn}' }],
        },
      },
    },
  };
}

/** The graph of the sound plan, after a change. */
export function graphWith(change: (documents: Documents) => void = () => {}): Graph {
  const all = documents();
  change(all);
  const json = (document: unknown): JsonObject => JSON.parse(JSON.stringify(document)) as JsonObject;
  return buildGraph([
    stackOf(DATA, `/out/stacks/${DATA}`, [], json(all.data)),
    stackOf(APP, `/out/stacks/${APP}`, [DATA], json(all.app)),
  ]);
}

export const inApp = (graph: Graph, address: string): Resource => resourceAt(graph, `${APP}:${address}`);
export const inData = (graph: Graph, address: string): Resource => resourceAt(graph, `${DATA}:${address}`);

/** A graph of one stack with the given resources and nothing else. */
export function graphOfResources(resource: Record<string, Record<string, Block>>, more: Block = {}): Graph {
  const document = JSON.parse(JSON.stringify({ provider, resource, ...more })) as JsonObject;
  return buildGraph([stackOf('one', '/out/stacks/one', [], document)]);
}
