import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Logger } from 'pino';
import { awsOptions } from '../../aws/options';
import type { MigrateConfig } from '../../config';
import type { Administration } from '../../database/administration';
import { PLACES, readPlaces, type Place } from '../moved-keys';
import { parseShardMap, placementOf, type ShardMap } from '../placement';
import { readMap } from './read-map';

/**
 * Makes map and index of this region say what the databases say, which is the truth: it may be done at any time and any number of times,
 * and writes only what differs.
 * @throws when the map can't be read, or somebody else has written it in between
 */
export async function publish(
  administration: Administration,
  config: MigrateConfig,
  log: Logger,
): Promise<void> {
  const { SHARD_MAP_PARAMETER: name, TABLE_NAME: table } = config;
  const ssm = new SSMClient(awsOptions(config));
  const tables = new DynamoDBClient(awsOptions(config));
  try {
    const before = name === undefined ? undefined : await read(ssm, name, administration.shards.length);
    const { shards, users } = await readMap(administration);
    log.info({ shards, users }, 'places');
    if (table !== undefined) await writeIndex(DynamoDBDocumentClient.from(tables), table, users);
    if (before === undefined || name === undefined) return;
    if (placementOf(before.map.shards).join() === placementOf(shards).join()) return;
    const map: ShardMap = { version: before.map.version + 1, shards };
    // The store knows no condition: what can be seen before is refused, and what came in between is said.
    const now = await read(ssm, name, administration.shards.length);
    if (now.stored !== before.stored) throw lost(name, before.stored + 1, now.stored);
    const value = JSON.stringify(map);
    // A map in many pieces is larger than a standard parameter takes.
    const written = await ssm.send(
      new PutParameterCommand({ Name: name, Value: value, Overwrite: true, Tier: 'Intelligent-Tiering' }),
    );
    if (written.Version !== before.stored + 1) throw lost(name, before.stored + 1, written.Version);
    log.info({ parameter: name, version: map.version }, 'map published');
  } finally {
    ssm.destroy();
    tables.destroy();
  }
}

/** The map, and how often the parameter was written. */
async function read(
  ssm: SSMClient,
  name: string,
  count: number,
): Promise<{ readonly map: ShardMap; readonly stored: number }> {
  const { Parameter: parameter } = await ssm.send(new GetParameterCommand({ Name: name }));
  try {
    return { map: parseShardMap(parameter?.Value ?? '', count), stored: parameter?.Version ?? 0 };
  } catch (cause) {
    throw new Error(
      `Parameter ${name} holds no map, so that its version is unknown. Nodes follow the last good one: put that back ` +
        '(aws ssm get-parameter-history), and start this again.',
      { cause },
    );
  }
}

const lost = (name: string, expected: number, found: number | undefined): Error =>
  new Error(
    `Parameter ${name} was written by somebody else meanwhile: its version is ${found}, not ${expected}. ` +
      'What was moved is at its new place; start this again to publish the map.',
  );

async function writeIndex(
  client: DynamoDBDocumentClient,
  table: string,
  users: readonly Place[],
): Promise<void> {
  const known = new Map((await readPlaces(client, table)).map((place) => [place.sk, place]));
  for (const user of users) {
    if (known.get(user.sk)?.physical === user.physical) continue;
    await client.send(new PutCommand({ TableName: table, Item: { pk: PLACES, ...user } }));
  }
}
