import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { awsOptions } from '../aws/options';
import type { CommonConfig } from '../config';
import type { SessionStore, StoredSession } from './store';

const CALL_TIMEOUT_MS = 800;

const sessionKey = (userId: string, sessionId: string) => ({ pk: `session#${userId}`, sk: sessionId });
/** One item says for all sessions of a user until when they ended, so that ending them is one write. */
const endKey = (userId: string) => ({ pk: `sessions-ended#${userId}`, sk: 'sessions' });
const seconds = (milliseconds: number): number => Math.ceil(milliseconds / 1000);

/**
 * Sessions in the table of shared state. What changes arrives in the region of the writer only, as every request that changes
 * something does, so two regions never write one item.
 */
export class TableSessions implements SessionStore {
  private readonly table: DynamoDBDocumentClient;

  constructor(
    config: CommonConfig,
    private readonly tableName: string,
    /** The longest life of a session in ms. */
    private readonly lifetime: number,
  ) {
    const client = new DynamoDBClient({ ...awsOptions(config, CALL_TIMEOUT_MS), maxAttempts: 2 });
    this.table = DynamoDBDocumentClient.from(client);
  }

  async insert(session: StoredSession): Promise<void> {
    await this.put(session, 'attribute_not_exists(pk)');
  }

  async find(userId: string, sessionId: string): Promise<StoredSession | undefined> {
    const [session, end] = await Promise.all([
      this.get(sessionKey(userId, sessionId)),
      this.get(endKey(userId)),
    ]);
    // TTL deletes late, so what has expired counts as gone here.
    if (session === undefined || Number(session['expires_at']) * 1000 <= Date.now()) return undefined;
    if (Number(session['created_at']) <= Number(end?.['until'] ?? 0)) return undefined;
    return {
      userId,
      sessionId,
      generation: Number(session['generation']),
      digest: String(session['digest']),
      createdAt: Number(session['created_at']),
      rotatedAt: Number(session['rotated_at']),
      expiresAt: Number(session['expires_at']) * 1000,
    };
  }

  async advance(session: StoredSession): Promise<boolean> {
    try {
      await this.put(session, 'generation = :from', { ':from': session.generation - 1 });
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async remove(userId: string, sessionId: string): Promise<void> {
    await this.table.send(
      new DeleteCommand({ TableName: this.tableName, Key: sessionKey(userId, sessionId) }),
    );
  }

  async removeAll(userId: string, until: number): Promise<void> {
    await this.table.send(
      new PutCommand({
        TableName: this.tableName,
        Item: { ...endKey(userId), until, expires_at: seconds(until + this.lifetime) },
      }),
    );
  }

  close(): void {
    this.table.destroy();
  }

  private async get(key: { pk: string; sk: string }): Promise<Record<string, unknown> | undefined> {
    const found = await this.table.send(
      new GetCommand({ TableName: this.tableName, Key: key, ConsistentRead: true }),
    );
    return found.Item;
  }

  private async put(
    session: StoredSession,
    condition: string,
    values?: Record<string, number>,
  ): Promise<void> {
    await this.table.send(
      new PutCommand({
        TableName: this.tableName,
        Item: {
          ...sessionKey(session.userId, session.sessionId),
          generation: session.generation,
          digest: session.digest,
          created_at: session.createdAt,
          rotated_at: session.rotatedAt,
          expires_at: seconds(session.expiresAt),
        },
        ConditionExpression: condition,
        ExpressionAttributeValues: values,
      }),
    );
  }
}
