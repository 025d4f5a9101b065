import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  type GetSecretValueCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { CommonConfig } from '../config';
import { awsOptions } from './options';

export type Stage = 'AWSCURRENT' | 'AWSPREVIOUS';

export interface SecretText {
  readonly text: string;
  /** Names the value for good: each value that a secret ever has gets another one. */
  readonly version: string;
}

/** Reads secrets as they are now; nothing is kept. */
export class Secrets {
  private readonly client: SecretsManagerClient;

  constructor(config: CommonConfig) {
    this.client = new SecretsManagerClient(awsOptions(config));
  }

  /** @returns undefined where the secret has no value of that stage, as a new one has no previous value */
  async read(arn: string, stage: Stage = 'AWSCURRENT'): Promise<SecretText | undefined> {
    const found = await this.client
      .send(new GetSecretValueCommand({ SecretId: arn, VersionStage: stage }))
      .catch((error: unknown): Partial<GetSecretValueCommandOutput> => {
        if (error instanceof ResourceNotFoundException) return {};
        throw error;
      });
    const { SecretString: text, VersionId: version } = found;
    return text === undefined || version === undefined ? undefined : { text, version };
  }

  close(): void {
    this.client.destroy();
  }
}
