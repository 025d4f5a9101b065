import { evaluate, type ArgumentPath, type Graph, type Resource } from '../topology';
import type { Price, PriceList } from './price-list';

/** Hours of a month as AWS counts them: 365 days of 24 hours, in twelve parts. */
export const HOURS = 730;

/** An amount for the smallest size that a deployment takes by itself, for the normal one, and on the average of a day. */
export interface Sizes {
  readonly smallest: number;
  readonly normal: number;
  readonly average: number;
}

export const always = (amount: number): Sizes => ({ smallest: amount, normal: amount, average: amount });
export const times = (sizes: Sizes, factor: number): Sizes => ({
  smallest: sizes.smallest * factor,
  normal: sizes.normal * factor,
  average: sizes.average * factor,
});

/** One thing that costs while nobody uses it. */
export interface Charge {
  /** What it belongs to, in the words of the table: `web`, `database`, `network`. */
  readonly tier: string;
  readonly what: string;
  /** Global address of the resource. */
  readonly address: string;
  readonly price: Price;
  /** How many there are: instances, gigabytes, alarms. */
  readonly pieces: Sizes;
  /** Units of the price that each piece uses up in a month. */
  readonly unitsEach: number;
}

/** A resource in its graph. */
export interface Located {
  readonly graph: Graph;
  readonly resource: Resource;
}

/** What a rule is given to price one resource with. */
export interface Pricing extends Located {
  readonly list: PriceList;
}

export type Rule = (pricing: Pricing) => readonly Charge[];

/** US dollars a month of a charge, in each size. */
export function dollars({ price, pieces, unitsEach }: Charge): Sizes {
  return times(pieces, price.usd * unitsEach);
}

/** A charge of a resource; prices by the hour run all month. */
export function charge(
  { list, resource }: Pricing,
  tier: string,
  what: string,
  key: string,
  pieces: Sizes | number,
  unitsEach?: number,
): Charge {
  const price = list.price(key, resource.region);
  return {
    tier,
    what,
    address: resource.globalAddress,
    price,
    pieces: typeof pieces === 'number' ? always(pieces) : pieces,
    unitsEach: unitsEach ?? (price.unit === 'hour' ? HOURS : 1),
  };
}

/** An argument that has to be text. Throws with the address where it is not. */
export function text({ graph, resource }: Located, argument: ArgumentPath): string {
  const value = evaluate(graph, resource, argument);
  if (typeof value === 'string') return value;
  throw new Error(
    `${resource.globalAddress}: ${String(argument)} is ${JSON.stringify(value)}, a text is expected`,
  );
}

/** An argument that has to be a number; `otherwise` where it is not set. */
export function number({ graph, resource }: Located, argument: ArgumentPath, otherwise?: number): number {
  const value = evaluate(graph, resource, argument) ?? otherwise;
  if (typeof value === 'number') return value;
  throw new Error(
    `${resource.globalAddress}: ${String(argument)} is ${JSON.stringify(value)}, a number is expected`,
  );
}
