import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { retry } from '../backoff';
import type { CommonConfig } from '../config';
import { awsOptions } from './options';

/** HMAC keys below this many bytes are refused: RFC 7518, section 3.2 asks for the size of the hash at least. */
const KEY_MINIMUM_BYTES = 32;

/** Reads the key that signs the tokens. Without it nothing can be served, so the start waits some seconds for it. */
export async function readSigningKey(config: CommonConfig, arn: string): Promise<string> {
  const client = new SecretsManagerClient(awsOptions(config));
  try {
    const secret = await retry({ attempts: 5, baseMs: 300, retryable: () => true }, () =>
      client.send(new GetSecretValueCommand({ SecretId: arn })),
    );
    const signingKey = secret.SecretString ?? '';
    const bytes = Buffer.byteLength(signingKey);
    if (bytes < KEY_MINIMUM_BYTES) {
      throw new Error(
        `SIGNING_SECRET_ARN ${arn}: the secret has ${bytes} bytes, HS256 needs ${KEY_MINIMUM_BYTES}`,
      );
    }
    return signingKey;
  } finally {
    client.destroy();
  }
}
