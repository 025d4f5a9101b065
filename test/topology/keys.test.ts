import { resourceAt } from '../../tools/topology';
import { keyRequests } from '../../tools/topology/preflight/keys';
import { type Block, graphOfResources } from './plan';

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/key-one.k';

/** The key actions that an action on a resource comes with, in a plan with one key and an alias for it. */
function keyActions(
  action: string,
  type: string,
  block: Block,
  more: Record<string, Record<string, Block>> = {},
) {
  const graph = graphOfResources({
    aws_kms_key: { k: {} },
    aws_kms_alias: { k: { name: 'alias/k', target_key_id: '${aws_kms_key.k.key_id}' } },
    [type]: { it: block },
    ...more,
  });
  return keyRequests(graph, action, resourceAt(graph, `one:${type}.it`), 'us-east-1');
}

test.each<[string, string, Block, string[]]>([
  [
    'sqs:SendMessage',
    'aws_sqs_queue',
    { kms_master_key_id: '${aws_kms_key.k.id}' },
    ['kms:GenerateDataKey', 'kms:Decrypt'],
  ],
  ['sqs:ReceiveMessage', 'aws_sqs_queue', { kms_master_key_id: '${aws_kms_key.k.arn}' }, ['kms:Decrypt']],
  ['sqs:DeleteMessage', 'aws_sqs_queue', { kms_master_key_id: '${aws_kms_key.k.arn}' }, []],
  ['sqs:SendMessage', 'aws_sqs_queue', { sqs_managed_sse_enabled: true }, []],
  ['sqs:SendMessage', 'aws_sqs_queue', { kms_master_key_id: 'alias/aws/sqs' }, []],
  ['ssm:GetParameter', 'aws_ssm_parameter', { key_id: 'alias/k' }, ['kms:Decrypt']],
  [
    'secretsmanager:GetSecretValue',
    'aws_secretsmanager_secret',
    { kms_key_id: '${aws_kms_alias.k.arn}' },
    ['kms:Decrypt'],
  ],
  ['dynamodb:GetItem', 'aws_dynamodb_table', { name: 't' }, []],
])('%s on %s with %j', (action, type, block, actions) => {
  const requests = keyActions(action, type, block);
  expect(requests.map((request) => request.action)).toEqual(actions);
  for (const request of requests)
    expect(request).toMatchObject({
      resourceArn: KEY,
      context: {
        'kms:ViaService': `${action.split(':')[0]}.us-east-1.amazonaws.com`,
        'kms:CallerAccount': '111122223333',
      },
    });
});

test.each([
  ['s3:GetObject', ['kms:Decrypt']],
  ['s3:PutObject', ['kms:GenerateDataKey']],
  ['s3:ListBucket', []],
])('%s on a bucket under a key', (action, actions) => {
  const encryption = (bucket: string): Block => ({
    bucket,
    rule: [{ apply_server_side_encryption_by_default: { kms_master_key_id: '${aws_kms_key.k.arn}' } }],
  });
  const type = 'aws_s3_bucket_server_side_encryption_configuration';
  const own = { [type]: { it: encryption('${aws_s3_bucket.it.id}') } };
  const other = { [type]: { it: encryption('other') } };
  const block = { bucket: 'assets' };
  expect(keyActions(action, 'aws_s3_bucket', block, own).map((request) => request.action)).toEqual(actions);
  expect(keyActions(action, 'aws_s3_bucket', block, other)).toEqual([]);
});
