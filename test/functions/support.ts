import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { rotate } from '../../functions/rotate-secret/rotation';
import type { Target } from '../../functions/rotate-secret/target';

export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
export type Step = (typeof STEPS)[number];

/** One secret, and what Secrets Manager itself does around the function that rotates it. */
export class RotatedSecret {
  private constructor(
    private readonly secrets: SecretsManagerClient,
    readonly id: string,
  ) {}

  static async create(secrets: SecretsManagerClient, value: string): Promise<RotatedSecret> {
    const made = await secrets.send(
      new CreateSecretCommand({ Name: `s-${randomUUID()}`, SecretString: value }),
    );
    return new RotatedSecret(secrets, made.ARN ?? '');
  }

  /** The label goes to a version that has no value yet ("Rotation by Lambda function", AWS Secrets Manager User Guide). */
  async begin(): Promise<string> {
    const token = randomUUID();
    for (const [version, stages] of Object.entries(await this.stages())) {
      if (stages.includes('AWSPENDING')) {
        await this.secrets.send(
          new UpdateSecretVersionStageCommand({
            SecretId: this.id,
            VersionStage: 'AWSPENDING',
            RemoveFromVersionId: version,
          }),
        );
      }
    }
    await this.put(undefined, token, 'AWSPENDING');
    return token;
  }

  async put(value: string | undefined, token: string = randomUUID(), stage = 'AWSCURRENT'): Promise<string> {
    await this.secrets.send(
      new PutSecretValueCommand({
        SecretId: this.id,
        ClientRequestToken: token,
        SecretString: value,
        VersionStages: [stage],
      }),
    );
    return token;
  }

  step(target: Target, token: string, step: string): Promise<void> {
    return rotate(this.secrets, target, { Step: step, SecretId: this.id, ClientRequestToken: token });
  }

  /** A whole rotation, as the schedule starts it. */
  async rotate(target: Target): Promise<void> {
    const token = await this.begin();
    for (const step of STEPS) await this.step(target, token, step);
  }

  async value(stage = 'AWSCURRENT'): Promise<string | undefined> {
    const found = await this.secrets
      .send(new GetSecretValueCommand({ SecretId: this.id, VersionStage: stage }))
      .catch(() => undefined);
    return found?.SecretString;
  }

  async stages(): Promise<Record<string, string[]>> {
    const secret = await this.secrets.send(new DescribeSecretCommand({ SecretId: this.id }));
    return secret.VersionIdsToStages ?? {};
  }
}
