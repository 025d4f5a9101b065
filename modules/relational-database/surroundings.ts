import { DbParameterGroup } from '@cdktf/provider-aws/lib/db-parameter-group';
import { DbSubnetGroup } from '@cdktf/provider-aws/lib/db-subnet-group';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import type { Construct } from 'constructs';
import { Names } from '../../lib/naming';
import { MonitoringRole } from './monitoring-role';
import { majorVersion, parametersFor } from './parameters';
import type { RelationalDatabaseProps } from './props';

/** What the instances of a shard stand in, whatever their generation. */
export interface Surroundings {
  readonly securityGroup: SecurityGroup;
  readonly subnetGroupName: string;
  readonly parameterGroupName: string;
  readonly monitoring: MonitoringRole;
}

export function declareSurroundings(
  shard: Construct,
  { network, engineVersion, updates }: RelationalDatabaseProps,
): Surroundings {
  const names = Names.of(shard);
  const { id } = shard.node;
  const major = majorVersion(engineVersion)!;
  const securityGroup = new SecurityGroup(shard, 'security-group', {
    name: names.regional('securityGroup', id),
    description: `PostgreSQL ${id}`,
    vpcId: network.vpc.id,
    tags: { Name: names.regional('securityGroup', id) },
  });
  const subnets = new DbSubnetGroup(shard, 'subnets', {
    name: names.regional('databaseGroup', id),
    description: `Data subnets of ${id}`,
    subnetIds: network.subnetIds('data'),
  });
  const parameters = new DbParameterGroup(shard, 'parameters', {
    name: names.regional('databaseGroup', `${id}-postgres${major}`),
    description: `${id} on PostgreSQL ${major}`,
    family: `postgres${major}`,
    parameter: parametersFor(updates),
    lifecycle: { createBeforeDestroy: true },
  });
  return {
    securityGroup,
    subnetGroupName: subnets.name,
    parameterGroupName: parameters.name,
    monitoring: new MonitoringRole(shard, 'monitoring', { component: id }),
  };
}
