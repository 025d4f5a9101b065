import {
  asList,
  evaluate,
  isObject,
  resourcesOfType,
  type Graph,
  type JsonObject,
  type Stack,
} from '../topology';
import { dollars, type Charge, type Sizes } from './charge';
import { chargesOf } from './classes';
import type { PriceList } from './price-list';
import { rosterOf, type Servers } from './roster';

/** One line of the table: the same thing at the same price, however often it is there. */
export interface Line {
  readonly tier: string;
  readonly what: string;
  readonly pieces: Sizes;
  readonly charge: Charge;
  readonly usd: Sizes;
}

/** What a deployment costs in a month in which nobody uses it. */
export interface Estimate {
  /** `production/us-east-1`, or `production` for all its regions. */
  readonly deployment: string;
  readonly lines: readonly Line[];
  readonly total: Sizes;
  /** The part of the total whose prices are estimates. */
  readonly estimated: Sizes;
  /** US dollars a month of the environment's budget, where the stacks that were read hold it. */
  readonly budget: number | undefined;
  readonly servers: readonly Servers[];
}

/** What the stack is called below its environment, and what the environment is called. */
function placeOf(stack: Stack): { environment: string; name: string } {
  const { Environment: environment } = defaultTags(stack);
  if (typeof environment === 'string' && stack.name.startsWith(`${environment}-`))
    return { environment, name: stack.name.slice(environment.length + 1) };
  throw new Error(`${stack.name}: its provider has no default tag Environment that its name begins with`);
}

function defaultTags({ document: { provider } }: Stack): JsonObject {
  const [aws] = asList(isObject(provider) ? provider.aws : undefined).filter(isObject);
  const [declared] = asList(aws?.default_tags).filter(isObject);
  return isObject(declared?.tags) ? declared.tags : {};
}

/** Stacks of one region have it before their own name; the others are of the whole environment. */
const isShared = (stack: Stack, name: string): boolean => !name.startsWith(`${stack.region}-`);

/** The deployments that these stacks are of: `production/us-east-1`, in the order of their names. */
export function deploymentsOf(graph: Graph): string[] {
  const names = graph.stacks.flatMap((stack) => {
    const { environment, name } = placeOf(stack);
    return isShared(stack, name) ? [] : `${environment}/${stack.region}`;
  });
  return [...new Set(names)].sort();
}

/** One region with what its environment's regions share, or a whole environment where no region is named. */
export function estimate(graph: Graph, list: PriceList, deployment: string): Estimate {
  const [environment, region] = deployment.split('/');
  const stacks = new Set(
    graph.stacks
      .filter((stack) => {
        const place = placeOf(stack);
        const chosen = !region || isShared(stack, place.name) || stack.region === region;
        return place.environment === environment && chosen;
      })
      .map(({ name }) => name),
  );
  const lines = linesOf(chargesOf(graph, list, (stack) => stacks.has(stack)));
  return {
    deployment,
    lines,
    total: sum(lines),
    estimated: sum(lines.filter(({ charge }) => charge.price.estimate !== undefined)),
    budget: budgetOf(graph, stacks),
    servers: rosterOf(graph, stacks),
  };
}

function linesOf(charges: readonly Charge[]): Line[] {
  const groups = new Map<string, Charge[]>();
  for (const charge of charges) {
    const key = [charge.tier, charge.what, charge.price.key, charge.price.usd].join('|');
    groups.set(key, [...(groups.get(key) ?? []), charge]);
  }
  return [...groups.values()]
    .map((same) => ({
      tier: same[0]!.tier,
      what: same[0]!.what,
      charge: same[0]!,
      pieces: same.map(({ pieces }) => pieces).reduce(plus),
      usd: same.map(dollars).reduce(plus),
    }))
    .filter(({ usd }) => usd.normal > 0)
    .sort((one, other) => one.tier.localeCompare(other.tier) || other.usd.normal - one.usd.normal);
}

const NOTHING: Sizes = { smallest: 0, normal: 0, average: 0 };

export function plus(one: Sizes, other: Sizes): Sizes {
  return {
    smallest: one.smallest + other.smallest,
    normal: one.normal + other.normal,
    average: one.average + other.average,
  };
}

export const sum = (lines: readonly Line[]): Sizes => lines.map(({ usd }) => usd).reduce(plus, NOTHING);

function budgetOf(graph: Graph, stacks: ReadonlySet<string>): number | undefined {
  const budget = resourcesOfType(graph, 'aws_budgets_budget').find(({ stack }) => stacks.has(stack));
  return budget && Number(evaluate(graph, budget, 'limit_amount'));
}
