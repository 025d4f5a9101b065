import { TopologyError } from './errors';
import { resourcesListed } from './identifiers';
import type { Graph, Resource } from './types';

/** Where each type names the security groups that its network interfaces carry. */
const CARRIERS: Readonly<Record<string, readonly string[]>> = {
  aws_launch_template: ['vpc_security_group_ids', 'network_interfaces.security_groups'],
  aws_lb: ['security_groups'],
  aws_db_instance: ['vpc_security_group_ids'],
  aws_elasticache_replication_group: ['security_group_ids'],
  aws_vpc_endpoint: ['security_group_ids'],
  aws_network_interface: ['security_groups'],
};

/**
 * Global addresses of the security groups that a resource carries, each once.
 * Throws TopologyError for a type that is not known to carry any, and for ids of groups that are not in the stacks.
 */
export function securityGroupsOf(graph: Graph, resource: Resource): string[] {
  const carriers = CARRIERS[resource.type];
  if (!carriers)
    throw new TopologyError(
      { stack: resource.stack, address: resource.address, argument: '' },
      `found ${resource.type}, whose security groups are not known here`,
      `Known are ${Object.keys(CARRIERS).join(', ')}`,
    );
  const groups = carriers.flatMap((argument) =>
    resourcesListed(graph, resource, argument, 'aws_security_group').map((group) => group.globalAddress),
  );
  return [...new Set(groups)];
}
