import { inventory, resourcesOf } from '../support/synth';
import { TransitNetwork } from '../../modules/transit-network';
import { linked } from './networks.fixture';

const OTHERS = ['eu-west-1', 'ap-northeast-2'];
const ALL = ['us-east-1', ...OTHERS];
const build = (others: readonly string[]) =>
  linked(others, (stack, hub, spokes) => {
    new TransitNetwork(stack, 'transit', { hub, spokes });
  });

describe('TransitNetwork', () => {
  const synthesized = build(OTHERS);
  const name = (region: string): string => region.replaceAll('-', '_');

  test('a gateway and an attachment for each region, a peering for each but the hub', () => {
    expect(inventory(synthesized)).toEqual({
      aws_ec2_transit_gateway: 3,
      aws_ec2_transit_gateway_peering_attachment: 2,
      aws_ec2_transit_gateway_peering_attachment_accepter: 2,
      aws_ec2_transit_gateway_route: 4,
      aws_ec2_transit_gateway_vpc_attachment: 3,
      aws_route: 12,
    });
  });

  test('grows by the same with each further region', () => {
    const sizes = [1, 2, 3, 4].map((count) => {
      const others = ['eu-west-1', 'ap-northeast-2', 'sa-east-1', 'af-south-1'].slice(0, count);
      return Object.values(inventory(build(others))).reduce((sum, some) => sum + some, 0);
    });
    const growth = sizes.slice(1).map((size, index) => size - sizes[index]!);
    expect(new Set(growth).size).toBe(1);
  });

  test('each gateway has a number of its own, which further regions do not change, and takes nobody in by itself', () => {
    const gateways = resourcesOf(synthesized, 'aws_ec2_transit_gateway');
    const numbers = Object.values(gateways).map(({ amazon_side_asn: asn }) => Number(asn));
    expect(new Set(numbers).size).toBe(ALL.length);
    for (const asn of numbers) {
      expect(asn).toBeGreaterThanOrEqual(4_200_000_000);
      expect(asn).toBeLessThanOrEqual(4_294_967_294);
    }
    const alone = resourcesOf(build(['ap-northeast-2']), 'aws_ec2_transit_gateway');
    expect(alone.transit_gateway_ap_northeast_2).toEqual(gateways.transit_gateway_ap_northeast_2);
    for (const gateway of Object.values(gateways))
      expect(gateway.auto_accept_shared_attachments).toBe('disable');
  });

  test('the app subnet of every zone is attached, in its own region', () => {
    for (const region of ALL) {
      const attachment = resourcesOf(synthesized, 'aws_ec2_transit_gateway_vpc_attachment')[
        `transit_attachment_${name(region)}`
      ]!;
      expect(attachment.region).toBe(region === 'us-east-1' ? undefined : region);
      expect(attachment.subnet_ids).toHaveLength(3);
      for (const subnet of attachment.subnet_ids as string[]) expect(subnet).toContain('app');
    }
  });

  test('the hub knows each network, the others what is private at all, by way of the accepted peering', () => {
    const routes = resourcesOf(synthesized, 'aws_ec2_transit_gateway_route');
    expect(routes.transit_hub_to_eu_west_1).toEqual({
      destination_cidr_block: '10.1.0.0/16',
      transit_gateway_attachment_id:
        '${aws_ec2_transit_gateway_peering_attachment_accepter.transit_accepted_eu_west_1.id}',
      transit_gateway_route_table_id:
        '${aws_ec2_transit_gateway.transit_gateway_us_east_1.association_default_route_table_id}',
    });
    expect(routes.transit_ap_northeast_2_to_10_0_0_0_8).toMatchObject({
      region: 'ap-northeast-2',
      destination_cidr_block: '10.0.0.0/8',
    });
  });

  test('app and data subnets have a route, once their network is attached; public ones have none', () => {
    const routes = resourcesOf(synthesized, 'aws_route');
    for (const [
      route,
      { route_table_id: table, destination_cidr_block: to, depends_on: after },
    ] of Object.entries(routes)) {
      expect(route).toMatch(/_(app_\w+|data)_to_10_0_0_0_8$/);
      expect(String(table)).not.toContain('public');
      expect(to).toBe('10.0.0.0/8');
      expect(String(after)).toMatch(/^aws_ec2_transit_gateway_vpc_attachment\.transit_attachment_/);
    }
  });
});
