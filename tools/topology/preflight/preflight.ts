import { TopologyError } from '../errors';
import { fleetOf, serversOf } from '../fleets';
import { resourcesOfType } from '../lookup';
import type { Finding, Fleet, Graph } from '../types';
import { checkAccess, checkManagedPolicies, checkTrust } from './check-access';
import { checkBalancing, checkListeners } from './check-balancing';
import { checkConnections } from './check-connections';
import type { ServiceNeeds } from './permissions';

export interface PreflightOptions {
  /** Paths that the service answers, where they are known; health checks on others give a warning. */
  readonly routes?: readonly string[];
}

/**
 * Everything that would keep the fleets of a plan from working, found without starting anything: faults of the plan itself, actions
 * that a fleet's role lacks, connections that security groups refuse, balancers that do not fit their fleets. All at once, each once.
 */
export function preflight(graph: Graph, needs: ServiceNeeds, options: PreflightOptions = {}): Finding[] {
  const findings = [
    ...graph.problems.map((problem) => ({
      severity: problem.severity,
      address: problem.address,
      message: problem.message,
      fix: 'write what is allowed there, or teach tools/topology to read it',
    })),
    ...attempt(() => checkListeners(graph)),
    ...resourcesOfType(graph, 'aws_autoscaling_group').flatMap((group) =>
      attempt(() => checkFleet(graph, fleetOf(graph, group), needs, options)),
    ),
    ...attempt(() => serversOf(graph).flatMap((server) => checkFleet(graph, server, needs, options))),
  ];
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const key = `${finding.address} ${finding.message}`;
    return !seen.has(key) && seen.add(key);
  });
}

function checkFleet(graph: Graph, fleet: Fleet, needs: ServiceNeeds, options: PreflightOptions): Finding[] {
  return [
    // A machine by itself is its own front.
    ...(fleet.group.type === 'aws_instance'
      ? []
      : attempt(() => checkBalancing(graph, fleet, options.routes))),
    ...attempt(() => checkTrust(graph, fleet)),
    ...attempt(() => checkManagedPolicies(graph, fleet)),
    ...fleet.raw.units.flatMap(({ role, unit }) => {
      const ofRole = needs[role];
      if (!ofRole)
        return [
          {
            severity: 'error' as const,
            address: fleet.launchTemplate.globalAddress,
            message: `it starts ${unit}, but the service has no role '${role}'; it has ${Object.keys(needs).join(', ')}`,
            fix: 'start a unit of a role that the service has',
          },
        ];
      return [
        ...attempt(() => checkAccess(graph, fleet, role, ofRole)),
        ...attempt(() => checkConnections(graph, fleet, role, ofRole)),
      ];
    }),
  ];
}

/** What a check could not read is a finding of its own, so that the other checks still run. */
function attempt(check: () => Finding[]): Finding[] {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof TopologyError)) throw error;
    const address = `${error.location.stack}:${error.location.address}`;
    return [{ severity: 'error', address, message: error.message, fix: error.allowed }];
  }
}
