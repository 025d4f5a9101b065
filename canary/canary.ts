import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { synthetics } from '@aws/synthetics-core';
import { journey } from './journey';
import { settingsFrom } from './settings';

// Kept over the runs of one function, as each call costs; one that failed is asked for again.
let known: Promise<string> | undefined;

async function readPassword(arn: string): Promise<string> {
  const client = new SecretsManagerClient({ maxAttempts: 3 });
  try {
    const { SecretString: password } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (!password) throw new Error(`${arn} holds no text`);
    return password;
  } finally {
    client.destroy();
  }
}

/** Entry point of the canary, called by the runtime of CloudWatch Synthetics: throwing fails the run. */
export async function handler(): Promise<string> {
  const settings = settingsFrom(process.env);
  known ??= readPassword(settings.passwordSecretArn);
  const password = await known.catch((error: unknown) => {
    known = undefined;
    throw new Error(`The canary's own password could not be read: ${String(error)}`, { cause: error });
  });
  await journey(settings, password, {
    run: (name, step) => synthetics.executeStep(name, step),
    now: new Date(),
  });
  return 'a user got through';
}
