import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';

export interface AwsClients {
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
  readonly ssm: SSMClient;
  readonly secrets: SecretsManagerClient;
  readonly close: () => void;
}

/**
 * Credentials for the emulator alone: it takes an access key of twelve digits for the account, and checks no secret.
 */
export function emulatorCredentials(account: string): { accessKeyId: string; secretAccessKey: string } {
  return { accessKeyId: account, secretAccessKey: 'twin' };
}

export function emulatorClients(endpoint: string, region: string, account: string): AwsClients {
  const options = { endpoint, region, credentials: emulatorCredentials(account), maxAttempts: 2 };
  const clients = {
    sqs: new SQSClient(options),
    sns: new SNSClient(options),
    dynamodb: new DynamoDBClient(options),
    s3: new S3Client({ ...options, forcePathStyle: true }),
    ssm: new SSMClient(options),
    secrets: new SecretsManagerClient(options),
  };
  return {
    ...clients,
    close: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
