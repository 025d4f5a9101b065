import { attributeOf } from '../identifiers';
import { canConnect, canReachService } from '../reachability';
import { securityGroupsOf } from '../security-groups';
import type { Finding, Fleet, Graph, Resource } from '../types';
import { isOnTheMachine, type TracedEntry, traceVariable } from './environment';
import type { NeededConnection, RoleNeeds } from './permissions';

/** Whether security groups let the fleet open the connections that a role of the service opens. */
export function checkConnections(graph: Graph, fleet: Fleet, role: string, needs: RoleNeeds): Finding[] {
  return [
    ...needs.connections.flatMap((needed) => checkConnection(graph, fleet, role, needed)),
    ...needs.services.flatMap((service) => checkService(graph, fleet, role, service)),
    ...(needs.throughNat ?? [])
      .filter(({ env }) => fleet.configuration.environment[env])
      .flatMap(({ service }) => checkOutside(graph, fleet, role, service)),
  ];
}

function checkConnection(graph: Graph, fleet: Fleet, role: string, needed: NeededConnection): Finding[] {
  const { env, list = false } = needed.host;
  const template = fleet.launchTemplate.globalAddress;
  const entries = traceVariable(graph, fleet, env, list);
  if (entries.length === 0 && needed.optional) return [];
  if (entries.length > 0 && entries.every(isOnTheMachine)) return [];
  if (entries.length === 0)
    return [
      fault(template, `${role} connects to ${env}, which is not set`, `write ${env} in the environment`),
    ];
  const port = portOf(fleet, needed.port.env);
  if (port === undefined)
    return [
      fault(
        template,
        `${role}: ${needed.port.env} is '${fleet.configuration.environment[needed.port.env] ?? ''}', no port`,
        `set ${needed.port.env} to a whole number from 1 to 65535`,
      ),
    ];
  return entries.flatMap((entry) => connect(graph, fleet, role, env, needed.port.env, entry, port));
}

function connect(
  graph: Graph,
  fleet: Fleet,
  role: string,
  env: string,
  portVariable: string,
  { raw, resource }: TracedEntry,
  port: number,
): Finding[] {
  const template = fleet.launchTemplate.globalAddress;
  if (!resource)
    return [
      fault(
        template,
        `${role}: ${env} is '${raw}', which names no one resource of the stacks that were read`,
        `give ${env} a direct reference to an address of the resource`,
      ),
    ];
  const listening = attributeOf(graph, resource, 'port');
  const wrongPort =
    listening === undefined || Number(listening) === port
      ? []
      : [
          fault(
            template,
            `${role}: ${portVariable} is ${port}, but ${resource.globalAddress} listens on ${String(listening)}`,
            `set ${portVariable} to ${String(listening)}`,
          ),
        ];
  const decision = canConnect(graph, fleet.securityGroups, groupsOf(graph, resource), port);
  if (decision.allowed) return wrongPort;
  return [
    ...wrongPort,
    fault(
      resource.globalAddress,
      `${role} of ${fleet.group.globalAddress} cannot reach ${env} on port ${port}: ${decision.missing ?? ''}`,
      decision.missing ?? '',
    ),
  ];
}

function groupsOf(graph: Graph, resource: Resource): string[] {
  return securityGroupsOf(graph, resource);
}

function checkService(graph: Graph, fleet: Fleet, role: string, service: string): Finding[] {
  const decision = canReachService(graph, fleet.securityGroups, service);
  if (decision.allowed) return [];
  const message = `${role} of ${fleet.group.globalAddress} cannot call ${service}: ${decision.missing ?? ''}`;
  return [fault(fleet.launchTemplate.globalAddress, message, decision.missing ?? '')];
}

function checkOutside(graph: Graph, fleet: Fleet, role: string, service: string): Finding[] {
  // No endpoint is called this, so that only a way to any address is found.
  const decision = canReachService(graph, fleet.securityGroups, `outside.${service}`);
  if (decision.allowed) return [];
  const message = `${role} of ${fleet.group.globalAddress} cannot call ${service} through NAT: ${decision.missing ?? ''}`;
  return [fault(fleet.launchTemplate.globalAddress, message, decision.missing ?? '')];
}

/** A port written in an environment variable; undefined where it is none. */
export function portOf(fleet: Fleet, variable: string): number | undefined {
  const port = Number(fleet.configuration.environment[variable] ?? '');
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : undefined;
}

function fault(address: string, message: string, fix: string): Finding {
  return { severity: 'error', address, message, fix };
}
