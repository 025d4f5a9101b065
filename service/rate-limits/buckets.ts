import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { Cache } from '../cache/cache';
import type { Rate } from '../config';

/** One budget that a request draws on. */
export interface Draw {
  readonly limit: string;
  /** Whose budget: an address, a user, a name. */
  readonly of: string;
  readonly rate: Rate;
}

export interface Verdict {
  /** ms until the request would be let through; 0 when it is. */
  readonly waitMs: number;
  /** Requests that are left of the budget that is nearest to its end. */
  readonly remaining: number;
}

/**
 * The generic cell rate algorithm (ITU-T I.371, annex A): of each budget only the moment is kept at which it would be full again. All
 * budgets of a request are drawn on or none. Times are ms of the cache's clock, which is one for all servers.
 */
const SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait, remaining, full = 0, math.huge, {}
for i, key in ipairs(KEYS) do
  local step, room = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  full[i] = math.max(tonumber(redis.call('GET', key) or 0), now) + step
  wait = math.max(wait, full[i] - now - room)
  remaining = math.min(remaining, math.floor((room - full[i] + now) / step))
end
if wait > 0 then return {math.ceil(wait), 0} end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.0f', full[i]), 'PX', math.ceil(full[i] - now))
end
return {0, remaining}`;

/** Budgets that a process keeps by itself; the oldest are forgotten first. */
const OWN_BUDGETS = 20_000;

const stepMs = ({ requests, seconds }: Rate): number => (seconds * 1000) / requests;
const roomMs = ({ seconds }: Rate): number => seconds * 1000;

/** Addresses and names are personal: what is kept of them in keys can't be read back at a glance. */
const keyOf = ({ limit, of }: Draw): string =>
  `rate:1:${limit}:${createHash('sha256').update(of).digest('base64url').slice(0, 22)}`;

/** Budgets of this process alone: for what is not worth a question to the cache, and while the cache does not answer. */
export class OwnBuckets {
  private readonly full = new Map<string, number>();

  draw(draws: readonly Draw[], now = Date.now()): Verdict {
    let [waitMs, remaining] = [0, Infinity];
    const drawn = draws.map((draw) => {
      const key = keyOf(draw);
      const full = Math.max(this.full.get(key) ?? 0, now) + stepMs(draw.rate);
      waitMs = Math.max(waitMs, full - now - roomMs(draw.rate));
      remaining = Math.min(remaining, Math.floor((roomMs(draw.rate) - full + now) / stepMs(draw.rate)));
      return [key, full] as const;
    });
    if (waitMs > 0) return { waitMs: Math.ceil(waitMs), remaining: 0 };
    for (const [key, full] of drawn) {
      this.full.delete(key);
      this.full.set(key, full);
    }
    for (const key of this.full.keys()) {
      if (this.full.size <= OWN_BUDGETS) break;
      this.full.delete(key);
    }
    return { waitMs, remaining };
  }
}

/** Budgets that all servers share through the cache; without its answer each server goes by its own. */
export class SharedBuckets {
  private readonly own = new OwnBuckets();

  constructor(private readonly cache: Pick<Cache, 'command'>) {}

  async draw(draws: readonly Draw[]): Promise<Verdict> {
    const numbers = draws.flatMap(({ rate }) => [stepMs(rate), roomMs(rate)]);
    const answer = await this.cache.command(
      'primary',
      'EVAL',
      SCRIPT,
      draws.length,
      ...draws.map(keyOf),
      ...numbers,
    );
    if (!Array.isArray(answer)) return this.own.draw(draws);
    const [waitMs, remaining] = answer.map(Number);
    return { waitMs: waitMs!, remaining: remaining! };
  }
}

/** Who shares a budget of addresses: one IPv4 address, or the 64 bits of IPv6 that a household has (RFC 6177). */
export function budgetAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || isIP(address) !== 6) return mapped ?? address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
