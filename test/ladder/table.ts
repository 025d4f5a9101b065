import { estimate, type PriceList } from '../../tools/cost';
import type { Rung } from './rungs';

/** Lines of docs/ladder.md between which the table stands. */
export const MARKERS = ['<!-- costs of the ladder -->', '<!-- end of costs of the ladder -->'] as const;

/** What each rung costs in a month in which nobody uses it: its home region, and what all regions share. */
export function costTable(all: readonly Rung[], list: PriceList): string {
  const home = all.map(({ name, graph, selection }) => {
    const { total } = estimate(graph, list, `${selection.environment}/${selection.regions[0]!.region}`);
    return {
      name: name.replace('ladder/', ''),
      usd: Math.round(total.average),
      regions: selection.regions.length,
    };
  });
  const rows = home.map(({ name, usd, regions }, index) => {
    const more = index === 0 ? '' : usd - home[index - 1]!.usd;
    return `| ${name} | ${usd} | ${typeof more === 'number' && more > 0 ? '+' : ''}${more} | ${regions} |`;
  });
  return ['| Rung | USD a month | More | Regions |', '| --- | ---: | ---: | ---: |', ...rows].join('\n');
}
