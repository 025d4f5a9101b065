import { evaluate } from '../evaluate';
import { attributeOf, resourceWith } from '../identifiers';
import { resourcesOfType } from '../lookup';
import type { Graph, Json, Resource } from '../types';
import { copyIn } from './copies';
import type { Needed } from './requests';

const DECRYPT = ['kms:Decrypt'];
const ENCRYPT = ['kms:GenerateDataKey'];
/** SQS needs both to send (page "Configuring KMS permissions for Amazon SQS"). */
const BOTH = ['kms:GenerateDataKey', 'kms:Decrypt'];

/** A table has one key, which reads and writes need alike. */
const TABLE_ACTIONS = [
  'GetItem',
  'BatchGetItem',
  'Query',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
];

/** What a call costs in key permissions, where its data is under a customer managed key. */
const KEY_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(TABLE_ACTIONS.map((action) => [`dynamodb:${action}`, DECRYPT])),
  'secretsmanager:GetSecretValue': DECRYPT,
  'secretsmanager:PutSecretValue': ENCRYPT,
  'ssm:GetParameter': DECRYPT,
  'sqs:SendMessage': BOTH,
  'sqs:ReceiveMessage': DECRYPT,
  's3:GetObject': DECRYPT,
  // An upload in one part; one in several needs kms:Decrypt too.
  's3:PutObject': ENCRYPT,
};

/**
 * The key requests that come with an action, made through the service. Only for keys of these stacks: keys that AWS manages for a
 * service need no statement. `region` is where the call is made: a copy there has a key of its own.
 */
export function keyRequests(graph: Graph, action: string, resource: Resource, region: string): Needed[] {
  const key = keyOf(graph, resource, region);
  if (!key) return [];
  const service = action.split(':')[0] ?? '';
  const resourceArn = String(attributeOf(graph, key, 'arn'));
  const context = {
    'kms:ViaService': `${service}.${key.region}.amazonaws.com`,
    'kms:CallerAccount': key.account,
  };
  return (KEY_ACTIONS[action] ?? []).map((needed) => ({ action: needed, resourceArn, context }));
}

function keyOf(graph: Graph, resource: Resource, region: string): Resource | undefined {
  const copy = copyIn(graph, resource, region);
  const named = copy ? copy.key : keyNamedBy(graph, resource);
  return (
    resourceWith(graph, 'aws_kms_key', 'arn', named, resource) ??
    resourceWith(graph, 'aws_kms_key', 'id', named, resource) ??
    throughAlias(graph, named, resource)
  );
}

function throughAlias(graph: Graph, named: Json | undefined, near: Resource): Resource | undefined {
  const alias =
    resourceWith(graph, 'aws_kms_alias', 'name', named, near) ??
    resourceWith(graph, 'aws_kms_alias', 'arn', named, near);
  return alias && resourceWith(graph, 'aws_kms_key', 'id', evaluate(graph, alias, 'target_key_id'), alias);
}

function keyNamedBy(graph: Graph, resource: Resource): Json | undefined {
  switch (resource.type) {
    case 'aws_secretsmanager_secret':
      return evaluate(graph, resource, 'kms_key_id');
    case 'aws_ssm_parameter':
      return evaluate(graph, resource, 'key_id');
    case 'aws_dynamodb_table':
      return evaluate(graph, resource, 'server_side_encryption.0.kms_key_arn');
    case 'aws_sqs_queue':
      return evaluate(graph, resource, 'kms_master_key_id');
    case 'aws_s3_bucket': {
      const settings = resourcesOfType(graph, 'aws_s3_bucket_server_side_encryption_configuration').find(
        (candidate) =>
          resourceWith(graph, 'aws_s3_bucket', 'id', evaluate(graph, candidate, 'bucket'), candidate) ===
          resource,
      );
      const path = 'rule.0.apply_server_side_encryption_by_default.kms_master_key_id';
      return settings && evaluate(graph, settings, path);
    }
    default:
      return undefined;
  }
}
