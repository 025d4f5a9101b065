import { createHash, randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Logger } from 'pino';
import { awsOptions } from '../aws/options';
import type { CommonConfig } from '../config';
import { ServiceError } from './errors';

/** A key is remembered for a day, longer than any client retries. */
const KEEP_SECONDS = 86_400;
/** A node that took a key and died blocks it for this long. */
const LOCK_SECONDS = 30;
const CALL_TIMEOUT_MS = 800;

interface Record_ {
  readonly fingerprint: string;
  readonly owner: string;
  readonly locked_until: number;
  readonly expires_at: number;
  readonly result?: string;
}

export interface Outcome<T> {
  readonly result: T;
  /** True when the result is that of an earlier request with the same key. */
  readonly replayed: boolean;
}

const digest = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/**
 * Answers a repeated request with its first result. The table is a convenience, not the safeguard: rows carry the
 * digest of the key under a unique index, so with the table away, or without one, a retry still writes nothing twice.
 */
export class Idempotency {
  private readonly table?: DynamoDBDocumentClient;

  constructor(
    config: CommonConfig,
    private readonly tableName: string | undefined,
    private readonly log: Logger,
  ) {
    if (tableName === undefined) return;
    const client = new DynamoDBClient({ ...awsOptions(config, CALL_TIMEOUT_MS), maxAttempts: 2 });
    this.table = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  }

  /** Whether there is a table. */
  get present(): boolean {
    return this.table !== undefined;
  }

  /** The digest that rows keep of a key; the scope keeps callers apart from each other. */
  static requestKey(scope: string, key: string): string {
    return digest(scope, key);
  }

  static reused(): ServiceError {
    return new ServiceError(
      422,
      'idempotency_key_reused',
      'This Idempotency-Key was used for a different request. Use a new key for each new request.',
    );
  }

  /**
   * @param requestKey digest of scope and key; undefined when the client sent none
   * @param request what the client asked for; the same key with another request is refused
   * @throws ServiceError 422 for a key used for another request, 409 while the first request is under way
   */
  async run<T>(
    requestKey: string | undefined,
    request: unknown,
    execute: () => Promise<T>,
  ): Promise<Outcome<T>> {
    if (requestKey === undefined || !this.present) return { result: await execute(), replayed: false };
    const fingerprint = digest(JSON.stringify(request));
    const owner = randomUUID();
    let taken: Record_ | undefined;
    try {
      taken = await this.take(requestKey, fingerprint, owner);
    } catch (error) {
      this.log.warn({ err: error }, 'idempotency table away, relying on the unique index');
      return { result: await execute(), replayed: false };
    }
    if (taken !== undefined) return { result: this.earlier<T>(taken, fingerprint), replayed: true };
    try {
      const result = await execute();
      await this.put(
        requestKey,
        { fingerprint, owner, locked_until: 0, result: JSON.stringify(result) },
        owner,
      );
      return { result, replayed: false };
    } catch (error) {
      await this.release(requestKey, owner);
      throw error;
    }
  }

  /** @throws the table's error, for the readiness report */
  async ping(): Promise<void> {
    await this.table!.send(
      new GetCommand({ TableName: this.tableName, Key: { pk: 'readiness', sk: 'readiness' } }),
    );
  }

  close(): void {
    this.table?.destroy();
  }

  /** Claims the key; answers the earlier record when somebody holds it. */
  private async take(requestKey: string, fingerprint: string, owner: string): Promise<Record_ | undefined> {
    const now = seconds();
    try {
      await this.table!.send(
        new PutCommand({
          TableName: this.tableName,
          Item: {
            ...key(requestKey),
            fingerprint,
            owner,
            locked_until: now + LOCK_SECONDS,
            expires_at: now + KEEP_SECONDS,
          },
          // TTL deletes late, so what has expired counts as gone here.
          ConditionExpression:
            'attribute_not_exists(pk) OR expires_at < :now OR (attribute_not_exists(#result) AND locked_until < :now)',
          ExpressionAttributeNames: { '#result': 'result' },
          ExpressionAttributeValues: { ':now': now },
        }),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
    const found = await this.table!.send(
      new GetCommand({ TableName: this.tableName, Key: key(requestKey), ConsistentRead: true }),
    );
    if (found.Item === undefined)
      throw new Error('the record of the idempotency key vanished between two calls');
    return found.Item as Record_;
  }

  private earlier<T>(record: Record_, fingerprint: string): T {
    if (record.fingerprint !== fingerprint) throw Idempotency.reused();
    if (record.result === undefined) {
      throw new ServiceError(
        409,
        'request_in_progress',
        'The first request with this Idempotency-Key is still under way. Try again in a moment.',
      );
    }
    return JSON.parse(record.result) as T;
  }

  private async put(requestKey: string, item: Omit<Record_, 'expires_at'>, owner: string): Promise<void> {
    try {
      await this.table!.send(
        new PutCommand({
          TableName: this.tableName,
          Item: { ...key(requestKey), ...item, expires_at: seconds() + KEEP_SECONDS },
          ConditionExpression: '#owner = :owner',
          ExpressionAttributeNames: { '#owner': 'owner' },
          ExpressionAttributeValues: { ':owner': owner },
        }),
      );
    } catch (error) {
      this.log.warn({ err: error }, 'result not kept in the idempotency table');
    }
  }

  /** A request that failed may be repeated at once. */
  private async release(requestKey: string, owner: string): Promise<void> {
    try {
      await this.table!.send(
        new DeleteCommand({
          TableName: this.tableName,
          Key: key(requestKey),
          ConditionExpression: '#owner = :owner',
          ExpressionAttributeNames: { '#owner': 'owner' },
          ExpressionAttributeValues: { ':owner': owner },
        }),
      );
    } catch (error) {
      this.log.warn({ err: error }, 'idempotency key not released; it frees itself');
    }
  }
}

const seconds = (): number => Math.floor(Date.now() / 1000);
const key = (requestKey: string) => ({ pk: `idempotency#${requestKey}`, sk: 'request' });
