import type { Deployment } from '../../deployments/schema';

/** With two regions the writer may have moved to the other one, and back, and what it left may be on its way out. */
export function movesOf(
  { moves, retires }: { readonly moves: number; readonly retires: boolean },
  home: string,
  where: readonly { readonly region: string }[],
): Pick<Deployment, 'writerRegion' | 'retire'> {
  const other = where.find(({ region }) => region !== home)?.region;
  if (other === undefined || moves === 0) return {};
  return {
    writerRegion: moves === 1 ? other : [other, home],
    ...(retires ? { retire: [`${home}/shard-00-a`] } : {}),
  };
}
