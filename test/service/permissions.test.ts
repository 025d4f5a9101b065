import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { permissions, permissionsSchema, type RolePermissions } from '../../service/permissions';
import {
  parseApiConfig,
  parseMigrateConfig,
  parseTranscodeConfig,
  parseWorkerConfig,
} from '../../service/config';

const SERVICE = resolve(__dirname, '../../service');

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'web') return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return path.endsWith('.ts') ? [readFileSync(path, 'utf8')] : [];
  });
}

/** The AWS action behind an SDK command. */
const ACTIONS: Readonly<Record<string, string>> = {
  GetSecretValueCommand: 'secretsmanager:GetSecretValue',
  GetParameterCommand: 'ssm:GetParameter',
  PutParameterCommand: 'ssm:PutParameter',
  GetCommand: 'dynamodb:GetItem',
  PutCommand: 'dynamodb:PutItem',
  DeleteCommand: 'dynamodb:DeleteItem',
  PublishCommand: 'sns:Publish',
  SendMessageCommand: 'sqs:SendMessage',
  ReceiveMessageCommand: 'sqs:ReceiveMessage',
  DeleteMessageCommand: 'sqs:DeleteMessage',
  ChangeMessageVisibilityCommand: 'sqs:ChangeMessageVisibility',
  GetQueueAttributesCommand: 'sqs:GetQueueAttributes',
  GetObjectCommand: 's3:GetObject',
  HeadObjectCommand: 's3:GetObject',
  QueryCommand: 'dynamodb:Query',
  HeadBucketCommand: 's3:ListBucket',
  PutObjectCommand: 's3:PutObject',
  CopyObjectCommand: 's3:PutObject',
  CreateInvalidationCommand: 'cloudfront:CreateInvalidation',
};

const variables = (role: RolePermissions): string[] => [
  ...role.actions.map((entry) => entry.resource.env),
  ...role.connections.flatMap((entry) => [entry.host.env, entry.port.env]),
];

describe('the permissions file', () => {
  test('covers every AWS call that the sources make, and nothing else', () => {
    const called = new Set(
      sources(SERVICE).flatMap((text) => text.match(/(?<=new )\w+Command(?=\()/g) ?? []),
    );
    const unknown = [...called].filter((command) => ACTIONS[command] === undefined);
    expect(unknown).toEqual([]);
    const listed = new Set(
      Object.values(permissions).flatMap((role) => role.actions.map((entry) => entry.action)),
    );
    const connects = ['rds-db:connect', 'elasticache:Connect'];
    expect([...listed].sort()).toEqual(
      [...new Set([...called].map((name) => ACTIONS[name])), ...connects].sort(),
    );
  });

  test('names variables that the role reads', () => {
    const url = 'https://a.example';
    const host = 'h';
    const all = {
      TIERS_ENVIRONMENT: 't',
      AWS_REGION: 'us-east-1',
      DB_WRITER_HOST: host,
      DB_READER_HOSTS: host,
      DB_NAME: 'd',
      DB_USER: 'u',
      DB_AUTH: 'iam',
      DB_CA_FILE: 'f',
      DB_ADMIN_SECRET_ARN: 'a',
      CACHE_HOST: host,
      CACHE_READER_HOST: host,
      QUEUE_URL: url,
      DEAD_LETTER_QUEUE_URL: url,
      INVALIDATION_TOPIC_ARN: 'arn',
      EVENTS_TOPIC_ARN: 'arn',
      INVALIDATION_QUEUE_URL: url,
      ASSET_BUCKET: 'b',
      TABLE_NAME: 't',
      SIGNING_SECRET_ARN: 's',
      CLIENT_CONFIG_PARAMETER: 'p',
      WRITER_REGION_PARAMETER: 'w',
      SHARD_MAP_PARAMETER: 'm',
      REGION_API_URL: 'https://api-{region}.example',
      API_BASE_URL: url,
      WEB_ORIGIN: url,
      SENTRY_DSN_SECRET_ARN: 's',
      CDN_DISTRIBUTION_PARAMETER: 'd',
    };
    const read = {
      api: Object.keys(parseApiConfig(all)),
      worker: Object.keys(parseWorkerConfig(all)),
      transcode: Object.keys(parseTranscodeConfig(all)),
      migrate: Object.keys(parseMigrateConfig(all)),
    };
    for (const role of ['api', 'worker', 'transcode', 'migrate'] as const) {
      expect([role, variables(permissions[role]).filter((name) => !read[role].includes(name))]).toEqual([
        role,
        [],
      ]);
    }
  });

  test('is refused when it is misspelled', () => {
    const wrong = {
      ...permissions,
      api: { ...permissions.api, actions: [{ action: 'SendMessage', resource: {} }] },
    };
    expect(permissionsSchema.safeParse(wrong).success).toBe(false);
  });
});
