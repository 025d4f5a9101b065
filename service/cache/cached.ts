import { LRUCache } from 'lru-cache';
import type { z } from 'zod';
import type { Cache } from './cache';
import { isFresh, momentOf, type AsOf, type Entry } from './entry';
import { cacheKey, type Kind } from './keys';

/** What every process keeps by itself, for keys that are asked for all the time: few, and for about a second. */
const LOCAL_ENTRIES = 1_000;
const LOCAL_MS = 1_000;

/** The position of a write whose own is not known (`WRITER_ONLY` of the database). */
const UNKNOWN = 'F'.repeat(16);

/** What the database has under an id, and as of which moment. */
export interface Loaded<T> {
  readonly value: T | undefined;
  readonly asOf: AsOf;
}

export interface Read<T> {
  readonly value: T | undefined;
  readonly hit: boolean;
}

interface Settings<T> {
  readonly kind: Kind;
  readonly schema: z.ZodType<T>;
  /** Reads it from the database, no older than as of the position. */
  readonly load: (id: string, position: string | undefined) => Promise<Loaded<T>>;
  /** Whether what is right as of a moment shows what a client with these positions has seen. */
  readonly covers: (id: string, asOf: AsOf, position: string) => boolean;
  /** Told of each read that was answered, and whether it spared the database. */
  readonly onRead: (hit: boolean) => void;
}

/**
 * One kind of value, read through the cache. Of all that ask for the same at the same time in a process one looks; of all processes that
 * miss it one loads; a hot key is loaded anew by one of them shortly before it expires. A client's position is kept: an entry that is
 * not known to be right as of it is passed by.
 */
export class Cached<T extends object> {
  private readonly local = new LRUCache<string, Loaded<T>>({ max: LOCAL_ENTRIES, ttl: LOCAL_MS });
  private readonly flights = new Map<string, Promise<Read<T>>>();

  constructor(
    private readonly cache: Cache,
    private readonly settings: Settings<T>,
  ) {}

  /** @throws what loading throws */
  async get(id: string, position?: string): Promise<Read<T>> {
    const key = cacheKey(this.settings.kind, id);
    const near = this.local.get(key);
    const read =
      near && this.satisfies(near, id, position)
        ? { value: near.value, hit: true }
        : await this.once(`${key} ${position ?? ''}`, () => this.look(key, id, position));
    if (this.cache.present) this.settings.onRead(read.hit);
    return read;
  }

  /**
   * What was just written, before its writer is answered: others see it at once. A cache that is away then is told by the outbox.
   * @param value undefined for what is out of date, whatever it is now
   */
  async written(id: string, value: T | undefined, position: string): Promise<void> {
    const key = cacheKey(this.settings.kind, id);
    this.local.delete(key);
    const asOf = momentOf(position);
    if (asOf.lsn !== UNKNOWN)
      await this.cache.keep(key, asOf, value === undefined ? '' : JSON.stringify(value));
  }

  /**
   * That what is kept is out of date, for who learns of it later than the writer's answer.
   * @throws when the cache did not say that it knows
   */
  async forget(id: string, position: string): Promise<void> {
    const key = cacheKey(this.settings.kind, id);
    this.local.delete(key);
    const asOf = momentOf(position);
    if (asOf.lsn === UNKNOWN) throw new Error('position of the change unknown');
    if (this.cache.present && !(await this.cache.keep(key, asOf, '')))
      throw new Error(`the cache was not told to forget ${key}`);
  }

  private async look(key: string, id: string, position: string | undefined): Promise<Read<T>> {
    const entry = await this.cache.read(key);
    const found = entry ? this.open(entry) : undefined;
    if (entry && found && this.satisfies(found, id, position)) {
      this.nearby(key, found);
      if (isDue(entry)) void this.once(`${key} early`, () => this.load(key, id)).catch(() => undefined);
      return { value: found.value, hit: true };
    }
    // Nobody waits for others who asks for more than they do, or while the cache does not answer.
    const alone = found !== undefined || entry === undefined || position !== undefined;
    const mine = alone ? undefined : await this.cache.lock(key);
    const brought = mine === false ? await this.cache.waitForOther(key) : undefined;
    const other = brought && this.open(brought);
    if (other) return { value: other.value, hit: true };
    try {
      return await this.load(key, id, position);
    } finally {
      if (mine === true) void this.cache.unlock(key);
    }
  }

  private async load(key: string, id: string, position?: string): Promise<Read<T>> {
    const started = performance.now();
    const loaded = await this.settings.load(id, position);
    this.nearby(key, loaded);
    const body = JSON.stringify(loaded.value ?? null);
    const kept = this.cache.keep(key, loaded.asOf, body, performance.now() - started);
    // Who waits for it looks into the cache.
    if (position === undefined) await kept;
    return { value: loaded.value, hit: false };
  }

  private open(entry: Entry): Loaded<T> | undefined {
    const { asOf, body } = entry;
    if (!isFresh(entry)) return undefined;
    if (body === 'null') return { value: undefined, asOf };
    const parsed = this.settings.schema.safeParse(parseJson(body));
    return parsed.success ? { value: parsed.data, asOf } : undefined;
  }

  /** That something is missing is never told to somebody who may have written it. */
  private satisfies({ value, asOf }: Loaded<T>, id: string, position: string | undefined): boolean {
    if (position === undefined) return true;
    return value !== undefined && this.settings.covers(id, asOf, position);
  }

  private nearby(key: string, found: Loaded<T>): void {
    if (this.cache.present && found.value !== undefined) this.local.set(key, found);
  }

  private once(flight: string, run: () => Promise<Read<T>>): Promise<Read<T>> {
    const underWay = this.flights.get(flight);
    if (underWay) return underWay;
    const started = run().finally(() => this.flights.delete(flight));
    this.flights.set(flight, started);
    return started;
  }
}

/**
 * Whether this caller is the one to load an entry before it expires: the likelier, the closer the end and the longer loading takes
 * (Vattani, Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", 2015).
 */
function isDue({ expiresAt, cost }: Entry): boolean {
  return Date.now() - cost * Math.log(Math.random()) >= expiresAt;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
