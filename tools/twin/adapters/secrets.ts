import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { resourcesOfType } from '../../topology';
import type { AwsClients } from '../aws/clients';
import { Arguments, type TwinContext } from '../context';

/** Creates every secret, and its value: what the plan generates is generated anew at each start. */
export async function createSecrets(context: TwinContext, { secrets }: AwsClients): Promise<string[]> {
  const names = await Promise.all(
    resourcesOfType(context.graph, 'aws_secretsmanager_secret').map(async (secret) => {
      const name = new Arguments(context, secret).text('name');
      const { ARN: arn } = await secrets.send(new CreateSecretCommand({ Name: name }));
      if (!arn) throw new Error(`${secret.globalAddress}: the emulator gave no ARN`);
      context.book.set(secret, { arn, id: arn, name });
      return name;
    }),
  );
  await Promise.all(
    resourcesOfType(context.graph, 'aws_secretsmanager_secret_version').map(async (version) => {
      const given = new Arguments(context, version);
      const value = context.generated.writeOnly(version, 'secret_string_wo') ?? given.text('secret_string');
      await secrets.send(
        new PutSecretValueCommand({ SecretId: given.text('secret_id'), SecretString: value }),
      );
    }),
  );
  return names;
}
