import { inventory, only, resourcesOf } from '../support/synth';
import { NetworkPeering } from '../../modules/network-peering';
import { linked } from './networks.fixture';

describe('NetworkPeering', () => {
  const synthesized = linked(['eu-west-1'], (stack, hub, [spoke]) => {
    new NetworkPeering(stack, 'peering', { hub, spoke: spoke! });
  });
  const region = 'eu-west-1';

  test('declares exactly these resources', () => {
    expect(inventory(synthesized)).toEqual({
      aws_route: 8,
      aws_vpc_peering_connection: 1,
      aws_vpc_peering_connection_accepter: 1,
      aws_vpc_peering_connection_options: 2,
    });
  });

  test('is asked for here and accepted there', () => {
    const connection = only(synthesized, 'aws_vpc_peering_connection');
    expect(connection).toMatchObject({ auto_accept: false, peer_region: region });
    expect(connection).not.toHaveProperty('region');
    expect(only(synthesized, 'aws_vpc_peering_connection_accepter')).toMatchObject({
      region,
      auto_accept: true,
      vpc_peering_connection_id: '${aws_vpc_peering_connection.peering_connection.id}',
    });
  });

  test('names of each side resolve to private addresses, once it is accepted', () => {
    const vpc_peering_connection_id = '${aws_vpc_peering_connection_accepter.peering_accepted.id}';
    expect(resourcesOf(synthesized, 'aws_vpc_peering_connection_options')).toEqual({
      peering_names_of_hub: {
        vpc_peering_connection_id,
        requester: { allow_remote_vpc_dns_resolution: true },
      },
      peering_names_of_spoke: {
        region,
        vpc_peering_connection_id,
        accepter: { allow_remote_vpc_dns_resolution: true },
      },
    });
  });

  test('app and data subnets of each side have a route to the other, in their own region', () => {
    const routes = Object.entries(resourcesOf(synthesized, 'aws_route')).map(
      ([name, { destination_cidr_block: to, region: where, route_table_id: table }]) => {
        expect(String(table)).not.toContain('public');
        return [name, to, where];
      },
    );
    const keys = (of: string): string[] =>
      ['a', 'b', 'c'].map((letter) => `app_${of}${letter}`).concat('data');
    expect(routes.sort()).toEqual(
      [
        ...keys('us_east_1').map((key) => [`peering_us_east_1_${key}`, '10.1.0.0/16', undefined]),
        ...keys('eu_west_1').map((key) => [`peering_eu_west_1_${key}`, '10.0.0.0/16', region]),
      ].sort(),
    );
  });
});
