import type { Logger } from 'pino';
import { PolledParameter } from '../aws/parameter';
import type { DatabaseConfig } from '../config';
import { decodeId, LOGICAL_SHARDS } from '../ids/layout';
import { MovedKeys } from './moved-keys';
import { evenPlacement, parseShardMap, placementOf } from './placement';
import type { Placement } from './shards';
import type { Key } from './whereabouts';

/** A database that points elsewhere makes the map be read at once, but not for every request. */
const DOUBT_MS = 1_000;

/**
 * Where things are, by the index of users who were moved alone and the map of logical shards; both change while the service runs.
 * With neither at hand every physical shard has its even share, and what is elsewhere costs a question more.
 */
export class Routing implements Placement {
  private readonly index?: MovedKeys;
  private readonly map?: PolledParameter<readonly number[]>;
  private readonly even: readonly number[];
  private doubted = 0;
  private version = 0;

  constructor(
    config: DatabaseConfig & { readonly TABLE_NAME?: string | undefined },
    private readonly count: number,
    private readonly log: Logger,
  ) {
    this.even = evenPlacement(count);
    // With one shard there is nothing to choose from.
    if (count === 1) return;
    if (config.TABLE_NAME !== undefined) this.index = new MovedKeys(config, config.TABLE_NAME, log);
    if (config.SHARD_MAP_PARAMETER === undefined) return;
    this.map = new PolledParameter(
      config,
      {
        name: config.SHARD_MAP_PARAMETER,
        everySeconds: config.SHARD_MAP_POLL_SECONDS,
        initial: this.even,
        parse: (text) => this.newer(text),
      },
      log,
    );
  }

  of(key: Key | number): number {
    const moved = this.moved(key);
    if (moved !== undefined && moved < this.count) return moved;
    const shard = typeof key === 'number' ? key : typeof key === 'string' ? decodeId(key).shard : key.shard;
    return (this.map?.current ?? this.even)[shard % LOGICAL_SHARDS]!;
  }

  doubt(): void {
    if (Date.now() < this.doubted + DOUBT_MS) return;
    this.doubted = Date.now();
    void this.index?.poll();
    this.map?.refresh().catch((error: unknown) => this.log.warn({ err: error }, 'shard map not read'));
  }

  async start(): Promise<void> {
    await Promise.all([this.index?.poll(), this.map?.start()]);
  }

  /** @throws for a map that is older than the one in force: a read of the parameter may show what was before */
  private newer(text: string): readonly number[] {
    const { version, shards } = parseShardMap(text, this.count);
    if (version < this.version)
      throw new Error(`the map has version ${version}, older than ${this.version}, which is in force`);
    this.version = version;
    return placementOf(shards);
  }

  close(): void {
    this.index?.close();
    this.map?.close();
  }

  private moved(key: Key | number): number | undefined {
    if (this.index === undefined || typeof key === 'number') return undefined;
    if (typeof key === 'object') return this.index.ofName(key.name);
    const { shard } = decodeId(key);
    return this.index.ofUser(key) ?? (shard >= LOGICAL_SHARDS ? this.index.ofShard(shard) : undefined);
  }
}
