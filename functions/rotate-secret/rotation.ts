import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  UpdateSecretVersionStageCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import type { Target } from './target';

/** What Secrets Manager calls the function with (AWS Secrets Manager User Guide, "Rotation by Lambda function"). */
const event = z.object({
  Step: z.enum(['createSecret', 'setSecret', 'testSecret', 'finishSecret']),
  SecretId: z.string().min(1),
  ClientRequestToken: z.string().min(1),
});

const [CURRENT, PENDING, PREVIOUS] = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'] as const;

/**
 * One rotation of one secret. Secrets Manager calls each step in turn, and the whole again after a failure: every step may be
 * repeated, and goes on from whatever an earlier one left.
 */
class Rotation {
  constructor(
    private readonly client: SecretsManagerClient,
    private readonly target: Target,
    private readonly secretId: string,
    private readonly token: string,
  ) {}

  /** @returns false where the new version is in force already. @throws where it is not the one to be rotated in */
  async isOpen(): Promise<boolean> {
    const secret = await this.client.send(new DescribeSecretCommand({ SecretId: this.secretId }));
    const stages = secret.VersionIdsToStages?.[this.token];
    if (stages?.includes(CURRENT)) return false;
    if (!stages?.includes(PENDING)) {
      throw new Error(`version ${this.token} is not ${PENDING}; its stages: ${stages?.join(', ') || 'none'}`);
    }
    return true;
  }

  async createSecret(): Promise<void> {
    if ((await this.read(PENDING)) !== undefined) return;
    await this.client.send(
      new PutSecretValueCommand({
        SecretId: this.secretId,
        ClientRequestToken: this.token,
        SecretString: this.target.next(await this.need(CURRENT)),
        VersionStages: [PENDING],
      }),
    );
  }

  async setSecret(): Promise<void> {
    const pending = await this.need(PENDING);
    await this.target.set(pending, await this.need(CURRENT), await this.read(PREVIOUS));
  }

  async testSecret(): Promise<void> {
    await this.target.test(await this.need(PENDING));
  }

  /** The version that was current becomes the previous one by itself. */
  async finishSecret(): Promise<void> {
    await this.need(PENDING);
    const secret = await this.client.send(new DescribeSecretCommand({ SecretId: this.secretId }));
    const versions = Object.entries(secret.VersionIdsToStages ?? {});
    const [current] = versions.find(([, stages]) => stages.includes(CURRENT)) ?? [];
    await this.client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: this.secretId,
        VersionStage: CURRENT,
        MoveToVersionId: this.token,
        RemoveFromVersionId: current,
      }),
    );
  }

  /** Undefined where no version has the stage, or the one that has it is still empty. */
  private async read(stage: typeof CURRENT | typeof PENDING | typeof PREVIOUS): Promise<string | undefined> {
    const found = await this.client
      .send(
        new GetSecretValueCommand({
          SecretId: this.secretId,
          VersionStage: stage,
          ...(stage === PENDING ? { VersionId: this.token } : {}),
        }),
      )
      .catch((error: unknown) => {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      });
    return found?.SecretString;
  }

  private async need(stage: typeof CURRENT | typeof PENDING): Promise<string> {
    const value = await this.read(stage);
    if (value === undefined) throw new Error(`there is no value of stage ${stage}`);
    return value;
  }
}

/** Does the step that Secrets Manager asks for, and says so in one line of the log. */
export async function rotate(client: SecretsManagerClient, target: Target, input: unknown): Promise<void> {
  const { Step: step, SecretId: secretId, ClientRequestToken: token } = event.parse(input);
  const rotation = new Rotation(client, target, secretId, token);
  const open = await rotation.isOpen();
  if (open) await rotation[step]();
  console.log(JSON.stringify({ level: 'info', step, secretId, version: token, done: open }));
}
