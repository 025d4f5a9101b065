/** Which stacks of a synthesis the twin runs, and which it leaves out. */
export interface StackChoice {
  readonly run: readonly string[];
  readonly leftOut: readonly string[];
}

/**
 * The stacks of an environment; of one with several regions, those of one of them and what it needs: the edge and the links join all regions, of
 * which there is one here.
 * @param names of every synthesized stack
 * @param environment as stacks are named after it: `ladder` for ladder/05-cache
 * @throws Error that names what may be chosen
 */
export function chooseStacks(names: readonly string[], environment: string, region?: string): StackChoice {
  const own = names.filter((name) => name.startsWith(`${environment}-`));
  if (own.length === 0) throw new Error(`no stack named ${environment}-... was synthesized`);
  const regions = own.flatMap((name) => /^(.+)-app$/.exec(name.slice(environment.length + 1))?.[1] ?? []);
  if (region !== undefined && !regions.includes(region)) {
    throw new Error(`--region: received ${region}; allowed: ${regions.join(', ')}`);
  }
  if (regions.length < 2) return { run: own, leftOut: [] };
  if (region === undefined) {
    throw new Error(`--region: received none; the twin runs one region, allowed: ${regions.join(', ')}`);
  }
  const needed = (name: string): boolean =>
    name === `${environment}-global` || name.startsWith(`${environment}-${region}-`);
  return { run: own.filter(needed), leftOut: own.filter((name) => !needed(name)) };
}
