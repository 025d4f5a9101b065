import fc from 'fast-check';
import { contains, overlaps, parseBlock, size, type Block } from '../../lib/cidr';
import { LOAD_BALANCER_SUBNET, RESERVED_ADDRESSES_PER_SUBNET } from '../../lib/limits';
import { decisionsOf } from '../../lib/decisions';
import { Network, PLAN_LIMITS, planSubnets } from '../../modules/network';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { inventory, only, resourcesOf, synthesize } from '../support/synth';

const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const OFF = { enabled: false, reason: 'a test of the other way' } as const;

const vpcBlocks = fc
  .tuple(fc.integer({ min: PLAN_LIMITS.shortestPrefix, max: PLAN_LIMITS.longestPrefix }), fc.nat())
  .map(([prefix, n]): Block => ({
    address: 0x0a000000 + (n % 2 ** (prefix - 8)) * 2 ** (32 - prefix),
    prefix,
  }));
const zoneLists = fc.integer({ min: 1, max: PLAN_LIMITS.zones }).map((n) => ['a', 'b', 'c', 'd'].slice(0, n));

function cidrOf({ address, prefix }: Block): string {
  return `${[24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')}/${prefix}`;
}

describe('planSubnets', () => {
  test('subnets lie inside the VPC, never overlap, leave a quarter free and hold a load balancer', () => {
    fc.assert(
      fc.property(vpcBlocks, zoneLists, (vpc, zones) => {
        const blocks = planSubnets(cidrOf(vpc), zones).map(({ cidr }) => parseBlock(cidr)!);
        expect(blocks).toHaveLength(zones.length * 3);
        blocks.forEach((block, index) => {
          expect(contains(vpc, block)).toBe(true);
          expect(block.prefix).toBeLessThanOrEqual(LOAD_BALANCER_SUBNET.longestPrefix);
          expect(size(block) - RESERVED_ADDRESSES_PER_SUBNET).toBeGreaterThanOrEqual(
            LOAD_BALANCER_SUBNET.freeAddresses,
          );
          expect(blocks.slice(index + 1).some((other) => overlaps(block, other))).toBe(false);
        });
        const used = blocks.reduce((sum, block) => sum + size(block), 0);
        expect(used).toBeLessThanOrEqual(size(vpc) * 0.75);
      }),
    );
  });

  test('adding a zone at the end moves no subnet', () => {
    fc.assert(
      fc.property(vpcBlocks, (vpc) => {
        const three = planSubnets(cidrOf(vpc), ['a', 'b', 'c']);
        expect(planSubnets(cidrOf(vpc), ['a', 'b', 'c', 'd'])).toEqual(expect.arrayContaining([...three]));
      }),
    );
  });

  test.each(['10.0.0.0/15', '10.0.0.0/23', '10.0.0.1/16', '10.0.0/16', '300.0.0.0/16'])(
    'refuses %s',
    (cidr) => {
      expect(() => planSubnets(cidr, ZONES)).toThrow(
        `network.cidr: received "${cidr}"; allowed: an IPv4 block of /16`,
      );
    },
  );

  test('refuses more zones than the plan has room for', () => {
    expect(() => planSubnets('10.0.0.0/16', ['a', 'b', 'c', 'd', 'e'])).toThrow('allowed: 1 to 4 zones');
  });
});

describe('Network', () => {
  const safe = synthesize(
    (stack) =>
      new Network(stack, 'network', {
        encryptionKey: keyOf(stack),
        cidr: '10.0.0.0/16',
        zones: ZONES,
        logDays: 30,
      }),
  );

  test('declares exactly these resources', () => {
    expect(inventory(safe)).toEqual({
      ...KEY_INVENTORY,
      aws_cloudwatch_log_group: 1,
      aws_default_security_group: 1,
      aws_eip: 3,
      aws_flow_log: 1,
      aws_iam_role: 1,
      aws_iam_role_policy: 1,
      aws_internet_gateway: 1,
      aws_nat_gateway: 3,
      aws_route: 4,
      aws_route_table: 5,
      aws_route_table_association: 9,
      aws_security_group: 1,
      aws_subnet: 9,
      aws_vpc: 1,
      aws_vpc_endpoint: 10,
    });
  });

  test('each zone sends its traffic through its own NAT gateway', () => {
    const routes = resourcesOf(safe, 'aws_route');
    for (const zone of ['us_east_1a', 'us_east_1b', 'us_east_1c']) {
      expect(routes[`network_routing_app_${zone}_to_internet`]?.nat_gateway_id).toBe(
        `\${aws_nat_gateway.network_routing_nat_${zone}.id}`,
      );
    }
  });

  test('data subnets have no way to the internet', () => {
    const table = '${aws_route_table.network_routing_data.id}';
    expect(Object.values(resourcesOf(safe, 'aws_route')).filter((r) => r.route_table_id === table)).toEqual(
      [],
    );
    const attached = Object.values(resourcesOf(safe, 'aws_route_table_association'));
    expect(attached.filter((a) => a.route_table_id === table)).toHaveLength(3);
  });

  test('no subnet gives out public addresses, and the default security group is emptied', () => {
    for (const subnet of Object.values(resourcesOf(safe, 'aws_subnet'))) {
      expect(subnet.map_public_ip_on_launch).toBe(false);
    }
    expect(Object.keys(only(safe, 'aws_default_security_group'))).toEqual(['vpc_id']);
  });

  test('endpoints of what keeps data take credentials of this account alone', () => {
    const endpoints = resourcesOf(safe, 'aws_vpc_endpoint');
    for (const service of ['dynamodb', 'sqs', 'secretsmanager', 'logs', 'monitoring']) {
      const { Statement } = JSON.parse(String(endpoints[`network_endpoints_${service}`]?.policy)) as {
        Statement: object[];
      };
      expect(Statement).toMatchObject([
        { Effect: 'Allow', Condition: { StringEquals: { 'aws:PrincipalAccount': '111122223333' } } },
      ]);
    }
    for (const service of ['s3', 'ssm', 'ssmmessages', 'ec2messages']) {
      expect(endpoints[`network_endpoints_${service}`]).toBeDefined();
      expect(endpoints[`network_endpoints_${service}`]).not.toHaveProperty('policy');
    }
  });

  test('all traffic is logged', () => {
    expect(only(safe, 'aws_flow_log')).toMatchObject({ traffic_type: 'ALL', max_aggregation_interval: 60 });
  });

  test('what is turned off is gone, and its reason is kept', () => {
    const small = synthesize((stack) => {
      new Network(stack, 'network', {
        encryptionKey: keyOf(stack),
        cidr: '10.0.0.0/16',
        zones: ZONES,
        logDays: 30,
        natPerZone: OFF,
        interfaceEndpoints: OFF,
      });
      expect(decisionsOf(stack).map(({ setting, reason }) => [setting, reason])).toEqual([
        ['natPerZone', OFF.reason],
        ['interfaceEndpoints', OFF.reason],
      ]);
    });
    expect(inventory(small)).toMatchObject({ aws_nat_gateway: 1, aws_vpc_endpoint: 2 });
    expect(inventory(small)).not.toHaveProperty('aws_security_group');
    for (const [name, route] of Object.entries(resourcesOf(small, 'aws_route'))) {
      if (name.includes('_app_'))
        expect(route.nat_gateway_id).toBe('${aws_nat_gateway.network_routing_nat_us_east_1a.id}');
    }
  });
});
