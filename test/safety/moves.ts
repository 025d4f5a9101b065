import type { Deployment } from '../../deployments/schema';
import { shardId } from '../../modules/relational-database';

/** With two regions the writer may have moved to the other one, and back, and what it left may be on its way out. */
export function movesOf(
  { moves, retires, shards }: { readonly moves: number; readonly retires: boolean; readonly shards?: number },
  home: string,
  where: readonly { readonly region: string }[],
): Pick<Deployment, 'writerRegion' | 'retire'> {
  const other = where.find(({ region }) => region !== home)?.region;
  if (other === undefined || moves === 0) return {};
  return {
    writerRegion: moves === 1 ? other : [other, home],
    ...(retires
      ? { retire: Array.from({ length: shards ?? 1 }, (_, shard) => `${home}/${shardId(shard)}-a`) }
      : {}),
  };
}
