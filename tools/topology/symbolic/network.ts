import { digits, type Facts, evaluated, type KnownTypes, listed, opaque } from './known-type';

const ec2 =
  (kind: string, prefix: string) =>
  (facts: Facts): string =>
    facts.arn('ec2', `${kind}/${prefix}-${facts.unique}`);

/** From the documentation range 203.0.113.0/24 (RFC 5737), so that it is never taken for a real one. */
const publicAddress = (facts: Facts): string => `203.0.113.${parseInt(digits(facts, 2), 16)}`;

export const NETWORK: KnownTypes = {
  aws_vpc: evaluated({
    id: opaque('vpc'),
    arn: ec2('vpc', 'vpc'),
    main_route_table_id: opaque('rtb-main'),
    default_route_table_id: opaque('rtb-main'),
    default_security_group_id: opaque('sg-default'),
    default_network_acl_id: opaque('acl-default'),
  }),
  aws_subnet: evaluated({ id: opaque('subnet'), arn: ec2('subnet', 'subnet') }),
  aws_internet_gateway: listed({ id: opaque('igw'), arn: ec2('internet-gateway', 'igw') }),
  aws_eip: listed({
    id: opaque('eipalloc'),
    allocation_id: opaque('eipalloc'),
    arn: ec2('elastic-ip', 'eipalloc'),
    public_ip: publicAddress,
  }),
  aws_network_interface: listed({ id: opaque('eni'), arn: ec2('network-interface', 'eni') }),
  aws_nat_gateway: listed({ id: opaque('nat'), public_ip: publicAddress }),
  aws_route_table: listed({ id: opaque('rtb'), arn: ec2('route-table', 'rtb') }),
  aws_route: listed({ id: opaque('r') }),
  aws_vpc_peering_connection: listed({ id: opaque('pcx') }),
  aws_vpc_peering_connection_accepter: listed({ id: (facts) => facts.text('vpc_peering_connection_id') }),
  aws_vpc_peering_connection_options: listed({ id: (facts) => facts.text('vpc_peering_connection_id') }),
  aws_ec2_transit_gateway: listed({
    id: opaque('tgw'),
    arn: ec2('transit-gateway', 'tgw'),
    association_default_route_table_id: opaque('tgw-rtb'),
    propagation_default_route_table_id: opaque('tgw-rtb'),
  }),
  aws_ec2_transit_gateway_vpc_attachment: listed({ id: opaque('tgw-attach') }),
  aws_ec2_transit_gateway_peering_attachment: listed({ id: opaque('tgw-attach') }),
  aws_ec2_transit_gateway_peering_attachment_accepter: listed({
    id: (facts) => facts.text('transit_gateway_attachment_id'),
  }),
  aws_ec2_transit_gateway_route: listed({ id: opaque('tgw-route') }),
  aws_route_table_association: listed({ id: opaque('rtbassoc') }),
  aws_default_security_group: listed({ id: opaque('sg-default') }),
  aws_network_acl: listed({ id: opaque('acl'), arn: ec2('network-acl', 'acl') }),
  aws_network_acl_rule: listed({ id: opaque('nacl') }),
  aws_default_network_acl: listed({ id: opaque('acl-default') }),
  aws_flow_log: listed({ id: opaque('fl'), arn: ec2('vpc-flow-log', 'fl') }),
  aws_vpc_endpoint: evaluated({
    id: opaque('vpce'),
    arn: ec2('vpc-endpoint', 'vpce'),
    prefix_list_id: opaque('pl'),
    dns_entry: (facts) => {
      const service =
        String(facts.argument('service_name') ?? '')
          .split('.')
          .pop() ?? '';
      const name = `vpce-${digits(facts, 17)}.${service}.${facts.resource.region}.vpce.amazonaws.com`;
      return [{ dns_name: name, hosted_zone_id: `Z${digits(facts, 20).toUpperCase()}` }];
    },
  }),
  aws_security_group: evaluated({
    id: opaque('sg'),
    arn: ec2('security-group', 'sg'),
    name: (facts) => facts.text('name'),
    owner_id: (facts) => facts.resource.account,
  }),
  aws_vpc_security_group_ingress_rule: evaluated({
    id: opaque('sgr'),
    arn: ec2('security-group-rule', 'sgr'),
    security_group_rule_id: opaque('sgr'),
  }),
  aws_vpc_security_group_egress_rule: evaluated({
    id: opaque('sgr'),
    arn: ec2('security-group-rule', 'sgr'),
    security_group_rule_id: opaque('sgr'),
  }),
  aws_security_group_rule: evaluated({ id: opaque('sgrule') }),
};
