import { isDeepStrictEqual } from 'node:util';
import { resourcesOfType } from './lookup';
import type { Graph, JsonObject, Problem, Resource } from './types';

const RULES = 'Write aws_vpc_security_group_ingress_rule and aws_vpc_security_group_egress_rule';

/**
 * What would change the answers about access and reachability, but is not evaluated: security-group rules in other forms are refused;
 * network ACLs and policies of VPC endpoints can only narrow what is allowed, and give a warning.
 */
export function unevaluated(graph: Graph): Problem[] {
  return [
    ...resourcesOfType(graph, 'aws_security_group').flatMap((group) =>
      ['ingress', 'egress']
        .filter((block) => group.arguments[block] !== undefined)
        .map((block) =>
          problem('error', group, block, `found inline ${block} rules, which are not evaluated. ${RULES}`),
        ),
    ),
    ...resourcesOfType(graph, 'aws_security_group_rule').map((rule) =>
      problem('error', rule, '', `found a rule of the older type, which is not evaluated. ${RULES}`),
    ),
    ...['aws_network_acl', 'aws_network_acl_rule', 'aws_default_network_acl']
      .flatMap((type) => resourcesOfType(graph, type))
      .map((acl) =>
        problem(
          'warning',
          acl,
          '',
          'found a network ACL, which is not evaluated. What it refuses, the checks of connections still take as open',
        ),
      ),
    ...resourcesOfType(graph, 'aws_vpc_endpoint')
      .filter((endpoint) => endpoint.arguments.policy !== undefined && !isForOwnAccount(endpoint))
      .map((endpoint) =>
        problem(
          'warning',
          endpoint,
          'policy',
          'found an endpoint policy, which is not evaluated. What it refuses, the checks of access still take as allowed',
        ),
      ),
  ];
}

/** A policy that takes every request of the account's own roles: it refuses nothing that a plan is asked about. */
function isForOwnAccount({ account, arguments: { policy } }: Resource): boolean {
  if (typeof policy !== 'string' || !policy.startsWith('{')) return false;
  const Condition = { StringEquals: { 'aws:PrincipalAccount': account } };
  return isDeepStrictEqual((JSON.parse(policy) as JsonObject).Statement, [
    { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', Condition },
  ]);
}

function problem(
  severity: Problem['severity'],
  { globalAddress }: Resource,
  argument: string,
  message: string,
): Problem {
  return { severity, address: globalAddress, argument, message: `${globalAddress}: ${message}` };
}
