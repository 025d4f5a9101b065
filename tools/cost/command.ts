import { readFileSync, writeFileSync } from 'node:fs';
import execa from 'execa';
import { readGraph } from '../topology';
import { deploymentsOf, estimate, type Estimate } from './estimate';
import { newestPriceList, type PriceList } from './price-list';
import { estimatesOf, tableOf } from './table';

export interface CostOptions {
  /** cdktf's output directory. */
  readonly synthesized: string;
  /** `production/us-east-1`, or `production` for all its regions; default: every deployment that is synthesized. */
  readonly deployment?: string;
  /** Checkout whose deployments are synthesized first; without one, what is synthesized already is read. */
  readonly project?: string;
  readonly json: boolean;
  /** A Markdown file whose lines between the two markers are replaced by the tables. */
  readonly into?: string;
}

export interface Costs {
  /** One for each region. */
  readonly deployments: readonly Estimate[];
  /** One for each environment all of whose regions are priced: what its budget has to cover. */
  readonly environments: readonly Estimate[];
  /** Deployments in regions that the list is not for. */
  readonly unpriced: readonly string[];
}

/** What the deployments cost at rest. Throws where nothing is synthesized, on unknown types and on unknown prices. */
export function costsOf(
  { synthesized, deployment }: Pick<CostOptions, 'synthesized' | 'deployment'>,
  list: PriceList,
): Costs {
  const graph = readGraph(synthesized);
  const all = deploymentsOf(graph);
  const chosen = all.filter((one) => !deployment || one === deployment || one.startsWith(`${deployment}/`));
  if (chosen.length === 0)
    throw new Error(
      `--deployment ${deployment}: none of this name is synthesized; there are ${all.join(', ')}`,
    );
  const isPriced = (one: string): boolean => list.covers(one.split('/')[1]!);
  const environmentOf = (one: string): string => one.split('/')[0]!;
  const half = new Set(all.filter((one) => !isPriced(one)).map(environmentOf));
  const environments = new Set(chosen.map(environmentOf).filter((one) => !half.has(one)));
  return {
    deployments: chosen.filter(isPriced).map((one) => estimate(graph, list, one)),
    environments: [...environments].map((one) => estimate(graph, list, one)),
    unpriced: chosen.filter((one) => !isPriced(one)),
  };
}

/** Environments whose budget is below what they cost at rest, each with what to do. */
export function overBudget({ environments }: Costs): string[] {
  return environments
    .filter(({ budget, total }) => budget !== undefined && total.average > budget)
    .map(
      ({ deployment, budget, total }) =>
        `${deployment}: monthlyBudget is ${budget} US dollars, less than the ${Math.ceil(total.average)} that it costs at rest; raise it, or choose fewer or smaller servers`,
    );
}

/** The tables of all deployments, and what their estimated prices rest on. */
export function report({ deployments, unpriced }: Costs, list: PriceList): string {
  const tables = deployments.map((one) => tableOf(one, list));
  const others = unpriced.map(
    (one) => `### ${one}\n\nNot priced: the list of ${list.date} is not for this region, add its rows.`,
  );
  return [...tables, ...others, estimatesOf(deployments)].join('\n\n');
}

/** Prints or writes the tables, or prints JSON. Throws, after that, where a budget is below the cost at rest. */
export async function cost(options: CostOptions): Promise<void> {
  const { project, json, into } = options;
  if (project !== undefined)
    await execa('npm', ['run', '--silent', 'synth'], { cwd: project, stderr: 'inherit' });
  const list = newestPriceList();
  const costs = costsOf(options, list);
  if (json) process.stdout.write(`${JSON.stringify({ prices: list.date, ...costs }, null, 2)}\n`);
  else if (into !== undefined) replaceBlock(into, report(costs, list));
  else process.stdout.write(`${report(costs, list)}\n`);
  const faults = overBudget(costs);
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

export const MARKERS = ['<!-- tiers cost -->', '<!-- end of tiers cost -->'] as const;

function replaceBlock(file: string, block: string): void {
  const text = readFileSync(file, 'utf8');
  const [begin, end] = MARKERS.map((marker) => text.indexOf(marker)) as [number, number];
  if (begin < 0 || end < begin)
    throw new Error(`${file}: the lines ${MARKERS.join(' and ')} are not there, in this order`);
  writeFileSync(file, `${text.slice(0, begin)}${MARKERS[0]}\n\n${block}\n\n${text.slice(end)}`);
}
