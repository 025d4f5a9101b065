import { contains, parseBlock, PRIVATE_BLOCKS } from '../../lib/cidr';
import type { Graph, Resource } from '../../tools/topology';
import { at, managed, refersTo, valuesOf, violation, type Rule, type Violation } from './plan';

/** Ports of an internet-facing balancer that everybody may reach. */
const PUBLIC_PORTS = [443, 80];

export const OPENNESS: Rule = {
  name: 'nothing but the balancer, or the one server, on 443 and 80 is open to the world, and nothing is reached by SSH',
  find: (graph) => [
    ...openRules(graph),
    ...wayForSsh(graph),
    ...inlineRules(graph),
    ...managed(graph, 'aws_db_instance')
      .filter((instance) => at(instance, 'publicly_accessible') !== false)
      .map((instance) => violation(instance, 'publicly_accessible is not false')),
    ...managed(graph, 'aws_subnet')
      .filter((subnet) => at(subnet, 'map_public_ip_on_launch') !== false)
      .map((subnet) => violation(subnet, 'map_public_ip_on_launch is not false')),
    ...managed(graph, 'aws_launch_template', 'aws_instance')
      .filter((launch) => valuesOf(launch.arguments, 'associate_public_ip_address').some(Boolean))
      .map((launch) => violation(launch, 'instances get a public address')),
    ...managed(graph, 'aws_s3_bucket')
      .filter((bucket) => !isClosed(graph, bucket))
      .map(notClosed),
    ...managed(graph, 'aws_s3_bucket_acl').map((acl) =>
      violation(acl, 'an ACL opens past the bucket policy'),
    ),
    ...managed(graph, 'aws_lambda_function_url')
      .filter((url) => at(url, 'authorization_type') !== 'AWS_IAM')
      .map((url) => violation(url, 'anybody may call the function')),
    ...openPolicies(graph),
  ],
};

function openRules(graph: Graph): Violation[] {
  const server = managed(graph, 'aws_network_interface').filter((networkInterface) =>
    managed(graph, 'aws_eip').some((address) => refersTo(address, networkInterface)),
  );
  const faces = [
    ...managed(graph, 'aws_lb').filter((balancer) => at(balancer, 'internal') === false),
    // In place of a balancer, never beside one.
    ...(managed(graph, 'aws_lb').length > 0 ? [] : server.slice(0, 1)),
  ];
  return managed(graph, 'aws_vpc_security_group_ingress_rule').flatMap((rule) => {
    const sources = [at(rule, 'cidr_ipv4'), at(rule, 'cidr_ipv6')].filter((source) => source !== undefined);
    const open = sources.filter((source) => isPublic(String(source)));
    if (open.length === 0) return [];
    const group = managed(graph, 'aws_security_group').find((one) =>
      refersTo(rule, one, 'security_group_id'),
    );
    const onFace = group !== undefined && faces.some((face) => refersTo(face, group, 'security_groups'));
    const shared =
      group !== undefined &&
      managed(graph, 'aws_launch_template', 'aws_db_instance', 'aws_elasticache_replication_group').some(
        (other) => refersTo(other, group),
      );
    const [from, to] = [Number(at(rule, 'from_port')), Number(at(rule, 'to_port'))];
    const port = at(rule, 'ip_protocol') === 'tcp' && from === to && PUBLIC_PORTS.includes(from);
    return onFace && !shared && port
      ? []
      : [violation(rule, `${open.join(', ')} may reach ports ${from} to ${to}`)];
  });
}

/** Sessions come through Session Manager, from inside: no port for SSH, not from a neighbour either, and no key on a machine. */
function wayForSsh(graph: Graph): Violation[] {
  return [
    ...managed(graph, 'aws_vpc_security_group_ingress_rule')
      .filter((rule) => {
        if (!['tcp', '6', '-1'].includes(String(at(rule, 'ip_protocol')))) return false;
        const everything = String(at(rule, 'ip_protocol')) === '-1';
        return everything || (Number(at(rule, 'from_port')) <= 22 && Number(at(rule, 'to_port')) >= 22);
      })
      .map((rule) => violation(rule, 'lets SSH in')),
    ...managed(
      graph,
      'aws_launch_template',
      'aws_instance',
      'aws_imagebuilder_infrastructure_configuration',
    ).flatMap((machine) =>
      ['key_name', 'key_pair']
        .filter((key) => at(machine, key) !== undefined)
        .map((key) => violation(machine, `${key}: a machine has a key for SSH`)),
    ),
    ...managed(graph, 'aws_key_pair').map((key) => violation(key, 'is a key for SSH')),
  ];
}

/** Rules belong into resources of their own: those that stand in a group escape the check above. */
function inlineRules(graph: Graph): Violation[] {
  return [
    ...managed(graph, 'aws_security_group', 'aws_default_security_group')
      .filter((group) => at(group, 'ingress') !== undefined || at(group, 'egress') !== undefined)
      .map((group) => violation(group, 'has rules within')),
    ...managed(graph, 'aws_security_group_rule').map((rule) => violation(rule, 'is a rule of the old form')),
  ];
}

/** Whether a source lies outside the private blocks. References lead to blocks of this plan, which are private. */
function isPublic(source: string): boolean {
  if (source.startsWith('${')) return false;
  const block = parseBlock(source);
  return !block || !PRIVATE_BLOCKS.some((outer) => contains(outer, block));
}

const CLOSED = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'];

function isClosed(graph: Graph, bucket: Resource): boolean {
  return managed(graph, 'aws_s3_bucket_public_access_block').some(
    (block) => refersTo(block, bucket, 'bucket') && CLOSED.every((setting) => at(block, setting) === true),
  );
}

const notClosed = (bucket: Resource): Violation =>
  violation(bucket, 'is not closed to the public in all four ways');

interface Statement {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** Resource policies that allow everybody something, without a condition. */
function openPolicies(graph: Graph): Violation[] {
  return [...graph.resources.values()].flatMap((resource) =>
    valuesOf(resource.arguments, 'policy')
      .filter((policy) => typeof policy === 'string' && policy.startsWith('{'))
      .flatMap((policy) => (JSON.parse(String(policy)) as { Statement: Statement[] }).Statement)
      .filter(
        ({ Effect, Principal, Condition }) =>
          Effect === 'Allow' && isEverybody(Principal) && Condition === undefined,
      )
      .map(() => violation(resource, 'a statement allows everybody')),
  );
}

function isEverybody(principal: unknown): boolean {
  if (principal === '*') return true;
  if (typeof principal !== 'object' || principal === null) return false;
  const accounts: unknown = Reflect.get(principal, 'AWS');
  return accounts === '*' || (Array.isArray(accounts) && accounts.includes('*'));
}
