import { CreateTableCommand, DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { CREDENTIALS } from './ministack';

export const REGION = 'us-east-1';

export interface AwsResources {
  readonly queueUrl: string;
  readonly deadLetterUrl: string;
  readonly bucket: string;
  readonly table: string;
  readonly signingSecret: string;
  readonly adminSecret: string;
  /** A text too short to derive keys from. */
  readonly shortSecret: string;
  readonly parameter: string;
}

export interface AwsClients {
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly ssm: SSMClient;
  readonly secrets: SecretsManagerClient;
}

export function awsClients(endpoint: string, region = REGION): AwsClients {
  const options = { region, endpoint, credentials: CREDENTIALS };
  return {
    sqs: new SQSClient(options),
    s3: new S3Client({ ...options, forcePathStyle: true }),
    dynamodb: new DynamoDBClient(options),
    ssm: new SSMClient(options),
    secrets: new SecretsManagerClient(options),
  };
}

/** What the plan would create for the service, made once per bench. */
export async function createResources({
  sqs,
  s3,
  dynamodb,
  ssm,
  secrets,
}: AwsClients): Promise<AwsResources> {
  const bucket = 'test-assets';
  const table = 'test-state';
  const parameter = '/tiers/test/client-config';
  const dead = await sqs.send(new CreateQueueCommand({ QueueName: 'jobs-dead' }));
  const queue = await sqs.send(
    new CreateQueueCommand({
      QueueName: 'jobs',
      Attributes: {
        VisibilityTimeout: '30',
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: `arn:aws:sqs:${REGION}:${CREDENTIALS.accessKeyId}:jobs-dead`,
          maxReceiveCount: 5,
        }),
      },
    }),
  );
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await dynamodb.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  await dynamodb.send(
    new UpdateTimeToLiveCommand({
      TableName: table,
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires_at' },
    }),
  );
  await putParameter(ssm, parameter, '{"features":{"signUp":true,"posts":true,"pictures":true}}');
  const secret = async (name: string, value: string): Promise<string> => {
    const made = await secrets.send(new CreateSecretCommand({ Name: name, SecretString: value }));
    return made.ARN ?? '';
  };
  return {
    queueUrl: queue.QueueUrl ?? '',
    deadLetterUrl: dead.QueueUrl ?? '',
    bucket,
    table,
    parameter,
    signingSecret: await secret('signing-key', 'a signing key of the tests that is long enough'),
    shortSecret: await secret('short-key', 'too short'),
    adminSecret: await secret('database-admin', '{"username":"postgres","password":"not-checked"}'),
  };
}

export async function putParameter(ssm: SSMClient, name: string, value: string): Promise<void> {
  await ssm.send(new PutParameterCommand({ Name: name, Value: value, Type: 'String', Overwrite: true }));
}
