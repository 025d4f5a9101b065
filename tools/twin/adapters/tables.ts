import {
  CreateTableCommand,
  UpdateTimeToLiveCommand,
  type AttributeDefinition,
  type KeySchemaElement,
  type ScalarAttributeType,
} from '@aws-sdk/client-dynamodb';
import { asList, isObject, resourcesOfType } from '../../topology';
import type { AwsClients } from '../aws/clients';
import { Arguments, type TwinContext } from '../context';

function isScalar(type: string): type is ScalarAttributeType {
  return type === 'S' || type === 'N' || type === 'B';
}

/** Creates every table with its keys and its time to live. */
export async function createTables(context: TwinContext, { dynamodb }: AwsClients): Promise<string[]> {
  return Promise.all(
    resourcesOfType(context.graph, 'aws_dynamodb_table').map(async (table) => {
      const given = new Arguments(context, table);
      for (const argument of ['global_secondary_index', 'local_secondary_index']) {
        if (asList(given.value(argument)).length > 0) {
          context.differences.push(`${table.globalAddress}: ${argument} is not created here`);
        }
      }
      const keys: KeySchemaElement[] = [{ AttributeName: given.text('hash_key'), KeyType: 'HASH' }];
      const range = given.optionalText('range_key');
      if (range !== undefined) keys.push({ AttributeName: range, KeyType: 'RANGE' });
      const names = new Set(keys.map((key) => key.AttributeName));
      const definitions = asList(given.value('attribute')).flatMap((attribute): AttributeDefinition[] => {
        if (!isObject(attribute)) return [];
        const [name, type] = [String(attribute['name']), String(attribute['type'])];
        return names.has(name) && isScalar(type) ? [{ AttributeName: name, AttributeType: type }] : [];
      });
      const name = given.text('name');
      const { TableDescription: made } = await dynamodb.send(
        new CreateTableCommand({
          TableName: name,
          KeySchema: keys,
          AttributeDefinitions: definitions,
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
      if (given.flag('ttl.enabled')) {
        await dynamodb.send(
          new UpdateTimeToLiveCommand({
            TableName: name,
            TimeToLiveSpecification: { Enabled: true, AttributeName: given.text('ttl.attribute_name') },
          }),
        );
      }
      context.book.set(table, { name, id: name, arn: made?.TableArn ?? '' });
      return name;
    }),
  );
}
