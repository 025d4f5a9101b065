import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { Construct } from 'constructs';
import type { Grantable } from '../../lib/grants';
import { Names } from '../../lib/naming';

/** Logical shards of the service, which a map spreads over the physical ones. */
const LOGICAL_SHARDS = 4096;

export interface ShardMapProps {
  /** Physical shards that the region has when the parameter is made, at least 1. */
  readonly physical: number;
}

/**
 * Which physical shard each logical one is on, in a parameter of each region that its service polls. An even share for each to begin with;
 * afterwards the value belongs to whoever moves shards, so plans leave it alone, and a shard that is added holds nothing until then.
 */
export class ShardMap extends Construct {
  readonly parameterName: string;
  private readonly arn: string;

  constructor(scope: Construct, id: string, { physical }: ShardMapProps) {
    super(scope, id);
    const first = (shard: number): number => Math.ceil((shard * LOGICAL_SHARDS) / physical);
    const shards = Array.from({ length: physical }, (_, shard) => ({
      from: first(shard),
      to: first(shard + 1) - 1,
      physical: shard,
    }));
    const parameter = new SsmParameter(this, 'parameter', {
      name: Names.of(this).path('parameter', 'shard-map'),
      description: 'Which database each logical shard is on; changed at run time when shards are moved',
      type: 'String',
      tier: 'Standard',
      value: JSON.stringify({ version: 1, shards }),
      // A map in many pieces needs the next tier, above 4,096 bytes ("Managing parameter tiers").
      lifecycle: { ignoreChanges: ['value', 'tier'] },
    });
    this.parameterName = parameter.name;
    this.arn = parameter.arn;
  }

  grantRead(grantee: Grantable): void {
    grantee.grant('read-shard-map', [{ actions: ['ssm:GetParameter'], resources: [this.arn] }]);
  }

  /** To whoever moves shards. */
  grantPublish(grantee: Grantable): void {
    grantee.grant('publish-shard-map', [{ actions: ['ssm:PutParameter'], resources: [this.arn] }]);
  }
}
