import { covers } from './cidr';
import { evaluate } from './evaluate';
import { resourceAt, resourcesOfType } from './lookup';
import { attributeOf, resourceWith } from './identifiers';
import { isList } from './json';
import type { ConnectionDecision, Graph, Resource } from './types';

export const ANYWHERE = '0.0.0.0/0';

/** The other end of a rule: security groups, or addresses, or a managed prefix list. */
export type Peer =
  | { readonly kind: 'groups'; readonly groups: readonly string[] }
  | { readonly kind: 'cidr'; readonly cidr: string }
  | { readonly kind: 'prefix-list'; readonly id: string };

type Direction = 'ingress' | 'egress';

/**
 * Whether machines in `from` can open TCP connections to a port of machines in `to` (global addresses of aws_security_group).
 * A network interface may do what any of its groups allows; both an egress and an ingress rule are needed, and answers need none
 * (page "Control traffic to your AWS resources using security groups" of the VPC user guide).
 */
export function canConnect(
  graph: Graph,
  from: readonly string[],
  to: readonly string[],
  port: number,
): ConnectionDecision {
  const out = allows(graph, 'egress', from, { kind: 'groups', groups: to }, port);
  const into = allows(graph, 'ingress', to, { kind: 'groups', groups: from }, port);
  const missing = [
    ...(out ? [] : [missingRule('egress', from, `to ${to.join(' or ')}`, port)]),
    ...(into ? [] : [missingRule('ingress', to, `from ${from.join(' or ')}`, port)]),
  ];
  return decision([out, into], missing);
}

/** Whether the whole internet can open TCP connections to a port of machines in `to`. */
export function canConnectFromInternet(
  graph: Graph,
  to: readonly string[],
  port: number,
): ConnectionDecision {
  const rule = allows(graph, 'ingress', to, { kind: 'cidr', cidr: ANYWHERE }, port);
  return decision([rule], rule ? [] : [missingRule('ingress', to, `from ${ANYWHERE}`, port)]);
}

/**
 * Whether machines in `from` can call an AWS service by HTTPS: through a gateway endpoint's prefix list, an interface endpoint,
 * or any address (NAT). `service` is the last part of the endpoint's service name, such as `sqs`.
 */
export function canReachService(
  graph: Graph,
  from: readonly string[],
  service: string,
  port = 443,
): ConnectionDecision {
  const anywhere = allows(graph, 'egress', from, { kind: 'cidr', cidr: ANYWHERE }, port);
  if (anywhere) return decision([anywhere], []);
  for (const endpoint of endpointsOf(graph, from, service)) {
    const found = throughEndpoint(graph, from, endpoint, port);
    if (found.allowed) return found;
  }
  return decision(
    [],
    [missingRule('egress', from, `to the ${service} endpoint of its VPC or to ${ANYWHERE}`, port)],
  );
}

function throughEndpoint(
  graph: Graph,
  from: readonly string[],
  endpoint: Resource,
  port: number,
): ConnectionDecision {
  if (evaluate(graph, endpoint, 'vpc_endpoint_type') === 'Interface') {
    const ids = evaluate(graph, endpoint, 'security_group_ids');
    const groups = (isList(ids) ? ids : []).flatMap(
      (id) => resourceWith(graph, 'aws_security_group', 'id', id)?.globalAddress ?? [],
    );
    return canConnect(graph, from, groups, port);
  }
  const id = String(attributeOf(graph, endpoint, 'prefix_list_id'));
  const rule = allows(graph, 'egress', from, { kind: 'prefix-list', id }, port);
  return decision([rule], rule ? [] : [missingRule('egress', from, `to prefix list ${id}`, port)]);
}

function endpointsOf(graph: Graph, from: readonly string[], service: string): Resource[] {
  const vpcs = from.map((group) => evaluate(graph, resourceAt(graph, group), 'vpc_id'));
  return resourcesOfType(graph, 'aws_vpc_endpoint').filter(
    (endpoint) =>
      vpcs.includes(evaluate(graph, endpoint, 'vpc_id')) &&
      String(evaluate(graph, endpoint, 'service_name')).endsWith(`.${service}`),
  );
}

/** The first rule of any of the groups that admits the peer on a TCP port. */
function allows(
  graph: Graph,
  direction: Direction,
  groups: readonly string[],
  peer: Peer,
  port: number,
): Resource | undefined {
  return groups
    .flatMap((group) => rulesOf(graph, direction, group))
    .find((rule) => coversPort(graph, rule, port) && coversPeer(graph, rule, peer));
}

function rulesOf(graph: Graph, direction: Direction, group: string): Resource[] {
  return resourcesOfType(graph, `aws_vpc_security_group_${direction}_rule`).filter(
    (rule) =>
      resourceWith(graph, 'aws_security_group', 'id', evaluate(graph, rule, 'security_group_id'))
        ?.globalAddress === group,
  );
}

function coversPort(graph: Graph, rule: Resource, port: number): boolean {
  const protocol = String(evaluate(graph, rule, 'ip_protocol'));
  if (protocol === '-1') return true;
  if (protocol !== 'tcp' && protocol !== '6') return false;
  const first = Number(evaluate(graph, rule, 'from_port'));
  const last = Number(evaluate(graph, rule, 'to_port') ?? first);
  return first <= port && port <= last;
}

function coversPeer(graph: Graph, rule: Resource, peer: Peer): boolean {
  const cidr = evaluate(graph, rule, 'cidr_ipv4');
  if (peer.kind === 'prefix-list') return evaluate(graph, rule, 'prefix_list_id') === peer.id;
  if (peer.kind === 'cidr') return typeof cidr === 'string' && covers(cidr, peer.cidr);
  // Members of a group may have any address of its VPC, so that a range must cover all of it.
  if (typeof cidr === 'string') return peer.groups.some((group) => covers(cidr, vpcRange(graph, group)));
  const referenced = evaluate(graph, rule, 'referenced_security_group_id');
  if (referenced === undefined) return false;
  const group = resourceWith(graph, 'aws_security_group', 'id', referenced);
  return group !== undefined && peer.groups.includes(group.globalAddress);
}

function vpcRange(graph: Graph, group: string): string {
  const id = evaluate(graph, resourceAt(graph, group), 'vpc_id');
  const vpc = id === undefined ? undefined : resourceWith(graph, 'aws_vpc', 'id', id);
  return vpc ? String(evaluate(graph, vpc, 'cidr_block')) : ANYWHERE;
}

function missingRule(direction: Direction, groups: readonly string[], peer: string, port: number): string {
  const rule = `aws_vpc_security_group_${direction}_rule`;
  if (groups.length === 0) return `no security group is carried, so that no ${rule} ${peer} can apply`;
  return `${groups.join(' or ')} needs an ${rule} ${peer} for TCP port ${port}`;
}

function decision(rules: readonly (Resource | undefined)[], missing: readonly string[]): ConnectionDecision {
  const because = rules.flatMap((rule) => rule?.globalAddress ?? []);
  return missing.length === 0
    ? { allowed: true, because }
    : { allowed: false, because, missing: missing.join('; ') };
}
