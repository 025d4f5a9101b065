import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** One price in US dollars: what a unit of something costs in a region, and how it is known. */
export interface Price {
  readonly key: string;
  readonly usd: number;
  readonly unit: string;
  readonly service: string;
  readonly what: string;
  /** Where it was published; undefined for an estimate. */
  readonly source: string | undefined;
  /** What an estimate rests on; undefined for a published price. */
  readonly estimate: string | undefined;
}

/** A dated list of prices. */
export interface PriceList {
  /** Day of the newest of its sources, `2026-10-08`. */
  readonly date: string;
  readonly sources: readonly { readonly id: string; readonly title: string; readonly date: string }[];
  /** Whether the list is for a region: has its instances, and not only what others keep there. */
  covers(region: string): boolean;
  /** Throws where the list has no such price in the region or for the whole world. */
  price(key: string, region: string): Price;
}

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const row = z
  .strictObject({
    region: z.string(),
    service: z.string(),
    what: z.string(),
    unit: z.string(),
    source: z.string().optional(),
    estimate: z.string().optional(),
    usd: z.record(z.string(), z.number().nonnegative()),
  })
  .refine((one) => (one.source === undefined) !== (one.estimate === undefined), {
    error: 'a price has either a source or what it was estimated from',
  });
const schema = z.strictObject({
  date: day,
  currency: z.literal('USD'),
  sources: z.record(z.string(), z.strictObject({ title: z.string(), date: day })),
  prices: z.array(row),
});

const FOLDER = path.join(__dirname, 'prices');
const WORLD = 'global';

/** The newest list of the repository. */
export function newestPriceList(): PriceList {
  const file = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .at(-1)!;
  return parsePriceList(JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')), file);
}

/** Throws on a list of another form, on a price that is there twice and on a source that is not described. */
export function parsePriceList(document: unknown, file: string): PriceList {
  const parsed = schema.safeParse(document);
  if (!parsed.success) throw new Error(`tools/cost/prices/${file}: ${z.prettifyError(parsed.error)}`);
  const { date, sources, prices } = parsed.data;
  const byKey = new Map<string, Price>();
  for (const { region, usd, source, estimate, ...rest } of prices) {
    if (source !== undefined && !sources[source])
      throw new Error(`tools/cost/prices/${file}: ${rest.what}: no source is called ${source}`);
    for (const [key, amount] of Object.entries(usd)) {
      const place = `${region}:${key}`;
      if (byKey.has(place)) throw new Error(`tools/cost/prices/${file}: ${place} is there twice`);
      byKey.set(place, { ...rest, key, usd: amount, source, estimate });
    }
  }
  return {
    date,
    sources: Object.entries(sources).map(([id, source]) => ({ id, ...source })),
    covers: (region) => [...byKey.keys()].some((place) => place.startsWith(`${region}:instance.`)),
    price: (key, region) => {
      const found = byKey.get(`${region}:${key}`) ?? byKey.get(`${WORLD}:${key}`);
      if (found) return found;
      throw new Error(
        `no price of ${key} in ${region} is known: add it to tools/cost/prices/${file} with its source, or with what it is estimated from`,
      );
    },
  };
}
