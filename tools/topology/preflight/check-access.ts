import { evaluateAccess, KNOWN_MANAGED_POLICIES } from '../access';
import { identityPolicies } from '../access/collect';
import { trusts } from '../access/policy';
import type { Finding, Fleet, Graph } from '../types';
import { isOnTheMachine, type TracedEntry, traceVariable } from './environment';
import { keyRequests } from './keys';
import type { NeededAction, RoleNeeds } from './permissions';
import { type Needed, requestsFor, UnaskableError } from './requests';

const INSTANCES = 'ec2.amazonaws.com';

/** Whether the fleet's IAM role may do all that a role of the service does. */
export function checkAccess(graph: Graph, fleet: Fleet, role: string, needs: RoleNeeds): Finding[] {
  if (needs.actions.length === 0) return [];
  if (!fleet.role)
    return [
      {
        severity: 'error',
        address: fleet.launchTemplate.globalAddress,
        message: `${role} calls AWS, but the launch template names no instance profile`,
        fix: 'set iam_instance_profile to a profile whose role has the permissions of the service',
      },
    ];
  return needs.actions.flatMap((needed) => checkAction(graph, fleet, role, needed));
}

function checkAction(graph: Graph, fleet: Fleet, role: string, needed: NeededAction): Finding[] {
  const { env, list = false } = needed.resource;
  const entries = traceVariable(graph, fleet, env, list);
  if (entries.length === 0) return needed.optional ? [] : [unset(fleet, role, env, needed.action)];
  return entries.flatMap((entry) => {
    if (isOnTheMachine(entry)) return [];
    if (!entry.resource) return [untraced(fleet, role, env, entry)];
    try {
      const { environment } = fleet.configuration;
      const { region } = fleet.launchTemplate;
      const requests = [
        ...requestsFor(
          graph,
          needed.action,
          entry.resource,
          needed.resource.suffix ?? '',
          region,
          environment,
        ),
        ...keyRequests(graph, needed.action, entry.resource, region),
      ];
      return requests.flatMap((request) => ask(graph, fleet, role, env, request));
    } catch (error) {
      if (!(error instanceof UnaskableError)) throw error;
      return [
        {
          severity: 'error' as const,
          address: fleet.launchTemplate.globalAddress,
          message: `${role}: ${env} is '${entry.raw}': ${error.message}`,
          fix: `give ${env} a reference to the resource that ${needed.action} is for`,
        },
      ];
    }
  });
}

function ask(graph: Graph, fleet: Fleet, role: string, env: string, request: Needed): Finding[] {
  if (!fleet.role) return [];
  const decision = evaluateAccess(graph, { role: fleet.role, ...request });
  if (decision.allowed) return [];
  return [
    {
      severity: 'error',
      address: fleet.role.globalAddress,
      message: `${role} of ${fleet.group.globalAddress} (${env}): ${decision.missing ?? ''}`,
      fix: `allow ${request.action} on ${request.resourceArn} in a policy of ${fleet.role.address}`,
    },
  ];
}

function unset(fleet: Fleet, role: string, env: string, action: string): Finding {
  return {
    severity: 'error',
    address: fleet.launchTemplate.globalAddress,
    message: `${role} needs ${action}, but ${env} is not set in the environment of ${fleet.group.globalAddress}`,
    fix: `write ${env} in the launch template's environment`,
  };
}

function untraced(fleet: Fleet, role: string, env: string, entry: TracedEntry): Finding {
  return {
    severity: 'error',
    address: fleet.launchTemplate.globalAddress,
    message: `${role}: ${env} is '${entry.raw}', which names no one resource of the stacks that were read`,
    fix: `give ${env} a direct reference to an attribute of the resource`,
  };
}

/** Whether instances can take the role at all. */
export function checkTrust(graph: Graph, fleet: Fleet): Finding[] {
  if (!fleet.role || trusts(graph, fleet.role, INSTANCES)) return [];
  return [
    {
      severity: 'error',
      address: fleet.role.globalAddress,
      message: `the instances of ${fleet.group.globalAddress} cannot take this role: assume_role_policy does not allow ${INSTANCES} to assume it`,
      fix: `allow sts:AssumeRole to {"Service":"${INSTANCES}"} in assume_role_policy`,
    },
  ];
}

/** AWS managed policies of the role whose purpose is not known: what they allow is not seen by any check. */
export function checkManagedPolicies(graph: Graph, fleet: Fleet): Finding[] {
  if (!fleet.role) return [];
  const role = fleet.role;
  const known: readonly string[] = KNOWN_MANAGED_POLICIES;
  return identityPolicies(graph, role)
    .notEvaluated.filter((name) => !known.includes(name))
    .map((name) => ({
      severity: 'warning' as const,
      address: role.globalAddress,
      message: `the AWS managed policy ${name} is attached; its statements are not in the plan and are not evaluated`,
      fix: 'write the statements that are needed as a policy of the role',
    }));
}
