import { Names } from '../../lib/naming';
import type { Place } from '../../lib/place';
import { instanceId } from './generation';
import type { Source } from '../../lib/lineage';

/** Names of a shard's instances in every region of the environment; none depends on where it is asked. */
export class ShardNames {
  constructor(
    private readonly shard: string,
    private readonly place: Place,
  ) {}

  /** Such as `shard-00-a`, or `shard-00-b2` for the second instance of the second generation. */
  label(index: number, generation: number): string {
    return `${this.shard}-${instanceId(index, generation)}`;
  }

  identifier(index: number, generation: number): string {
    return new Names(this.place).regional('database', this.label(index, generation));
  }

  /** Written out: the stacks of other regions hand nothing over, and either may be applied while the other one is lost. */
  arn({ region, generation }: Source): string {
    return `arn:aws:rds:${region}:${this.place.account}:db:${this.identifier(0, generation)}`;
  }
}
