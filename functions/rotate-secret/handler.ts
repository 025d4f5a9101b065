import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { PostgresPassword } from './postgres';
import { rotate } from './rotation';
import { signingKey } from './signing-key';
import type { Target } from './target';

const environment = z.discriminatedUnion('TARGET', [
  z.object({ TARGET: z.literal('signing-key') }),
  z.object({
    TARGET: z.literal('postgres'),
    DB_HOST: z.string().min(1),
    DB_PORT: z.coerce.number().int(),
    DB_NAME: z.string().min(1),
    DB_CA_FILE: z.string().min(1),
  }),
]);

function targetOf(given: z.infer<typeof environment>): Target {
  if (given.TARGET === 'signing-key') return signingKey;
  return new PostgresPassword({
    host: given.DB_HOST,
    port: given.DB_PORT,
    database: given.DB_NAME,
    caFile: given.DB_CA_FILE,
  });
}

// Every call is bounded; region and credentials come from the runtime.
const client = new SecretsManagerClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
});
const target = targetOf(environment.parse(process.env));

export const handler = (input: unknown): Promise<void> => rotate(client, target, input);
