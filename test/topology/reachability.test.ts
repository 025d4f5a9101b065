import fc from 'fast-check';
import { canConnect, canConnectFromInternet, canReachService, securityGroupsOf } from '../../tools/topology';
import { covers } from '../../tools/topology/cidr';
import { type Block, type Documents, graphOfResources, graphWith, inApp, inData } from './plan';

const WEB = 'local-us-east-1-app:aws_security_group.web';
const BALANCER = 'local-us-east-1-app:aws_security_group.balancer';
const DATABASE = 'local-us-east-1-data:aws_security_group.database';

const egress = 'aws_vpc_security_group_egress_rule';
const ingress = 'aws_vpc_security_group_ingress_rule';

function rule({ app }: Documents, type: string, name: string): Block {
  const found = app.resource[type]?.[name];
  if (!found) throw new Error(`the fixture has no ${type}.${name}`);
  return found;
}

describe('connections between security groups', () => {
  test('both rules are there: allowed, and named', () => {
    expect(canConnect(graphWith(), [WEB], [DATABASE], 5432)).toEqual({
      allowed: true,
      because: [`local-us-east-1-app:${egress}.database`, `local-us-east-1-app:${ingress}.database`],
    });
  });

  test('without the egress rule', () => {
    const graph = graphWith(({ app }) => {
      delete app.resource[egress]?.database;
    });
    expect(canConnect(graph, [WEB], [DATABASE], 5432)).toEqual({
      allowed: false,
      because: [`local-us-east-1-app:${ingress}.database`],
      missing: `${WEB} needs an ${egress} to ${DATABASE} for TCP port 5432`,
    });
  });

  test('without the ingress rule', () => {
    const graph = graphWith(({ app }) => {
      delete app.resource[ingress]?.database;
    });
    expect(canConnect(graph, [WEB], [DATABASE], 5432).missing).toBe(
      `${DATABASE} needs an ${ingress} from ${WEB} for TCP port 5432`,
    );
  });

  test('another port, another group, the other way round', () => {
    const graph = graphWith();
    expect(canConnect(graph, [WEB], [DATABASE], 5433).allowed).toBe(false);
    expect(canConnect(graph, [BALANCER], [DATABASE], 5432).allowed).toBe(false);
    expect(canConnect(graph, [DATABASE], [WEB], 5432).allowed).toBe(false);
    expect(canConnect(graph, [], [DATABASE], 5432).missing).toContain('no security group is carried');
  });

  test('any of several groups may bring the rule', () => {
    expect(canConnect(graphWith(), [BALANCER, WEB], [DATABASE], 5432).allowed).toBe(true);
  });

  test.each<[string, Block, boolean]>([
    ['every protocol', { ip_protocol: '-1', from_port: undefined, to_port: undefined }, true],
    ['a range of ports', { from_port: 5000, to_port: 6000 }, true],
    ['UDP', { ip_protocol: 'udp' }, false],
    ['ports below', { from_port: 5000, to_port: 5431 }, false],
    [
      'the whole network by range',
      { referenced_security_group_id: undefined, cidr_ipv4: '10.0.0.0/16' },
      true,
    ],
    [
      'half the network by range',
      { referenced_security_group_id: undefined, cidr_ipv4: '10.0.0.0/17' },
      false,
    ],
  ])('%s', (_, change, allowed) => {
    const graph = graphWith((all) => void Object.assign(rule(all, ingress, 'database'), change));
    expect(canConnect(graph, [WEB], [DATABASE], 5432).allowed).toBe(allowed);
  });
});

describe('the internet', () => {
  test('reaches the balancer on 443 alone, and no other tier', () => {
    const graph = graphWith();
    expect(canConnectFromInternet(graph, [BALANCER], 443).allowed).toBe(true);
    expect(canConnectFromInternet(graph, [BALANCER], 80).missing).toBe(
      `${BALANCER} needs an ${ingress} from 0.0.0.0/0 for TCP port 80`,
    );
    expect(canConnectFromInternet(graph, [WEB], 8080).allowed).toBe(false);
  });
});

describe('AWS services', () => {
  const withEndpoint = (endpoint: Block, change: (all: Documents) => void = () => {}) =>
    graphWith((all) => {
      delete all.app.resource[egress]?.https;
      all.app.resource.aws_vpc_endpoint = {
        it: { vpc_id: '${data.terraform_remote_state.data.outputs.vpc}', ...endpoint },
      };
      change(all);
    });
  const sqs = { service_name: 'com.amazonaws.us-east-1.sqs', vpc_endpoint_type: 'Interface' };
  const s3 = { service_name: 'com.amazonaws.us-east-1.s3', vpc_endpoint_type: 'Gateway' };
  const https = { ip_protocol: 'tcp', from_port: 443, to_port: 443 };

  test('through NAT with an open egress rule', () => {
    expect(canReachService(graphWith(), [WEB], 'sqs')).toEqual({
      allowed: true,
      because: [`local-us-east-1-app:${egress}.https`],
    });
  });

  test('not without a way', () => {
    expect(canReachService(withEndpoint(sqs), [WEB], 'secretsmanager').missing).toBe(
      `${WEB} needs an ${egress} to the secretsmanager endpoint of its VPC or to 0.0.0.0/0 for TCP port 443`,
    );
  });

  test('through a gateway endpoint: its prefix list', () => {
    expect(canReachService(withEndpoint(s3), [WEB], 's3').allowed).toBe(false);
    const graph = withEndpoint(s3, ({ app }) => {
      Object.assign(app.resource[egress] ?? {}, {
        s3: {
          security_group_id: '${aws_security_group.web.id}',
          prefix_list_id: '${aws_vpc_endpoint.it.prefix_list_id}',
          ...https,
        },
      });
    });
    expect(canReachService(graph, [WEB], 's3').allowed).toBe(true);
    expect(canReachService(graph, [WEB], 'sqs').allowed).toBe(false);
  });

  test('through an interface endpoint: its security group', () => {
    const endpoint = { ...sqs, security_group_ids: ['${aws_security_group.endpoints.id}'] };
    const graph = withEndpoint(endpoint, ({ app }) => {
      Object.assign(app.resource.aws_security_group ?? {}, {
        endpoints: { vpc_id: '${data.terraform_remote_state.data.outputs.vpc}' },
      });
      Object.assign(app.resource[egress] ?? {}, {
        endpoints: {
          security_group_id: '${aws_security_group.web.id}',
          referenced_security_group_id: '${aws_security_group.endpoints.id}',
          ...https,
        },
      });
      Object.assign(app.resource[ingress] ?? {}, {
        endpoints: {
          security_group_id: '${aws_security_group.endpoints.id}',
          referenced_security_group_id: '${aws_security_group.web.id}',
          ...https,
        },
      });
    });
    expect(canReachService(graph, [WEB], 'sqs').allowed).toBe(true);
  });
});

describe('security groups of resources', () => {
  test('of each type that carries some', () => {
    const graph = graphWith();
    expect(securityGroupsOf(graph, inApp(graph, 'aws_launch_template.web'))).toEqual([WEB]);
    expect(securityGroupsOf(graph, inApp(graph, 'aws_lb.web'))).toEqual([BALANCER]);
    expect(securityGroupsOf(graph, inData(graph, 'aws_db_instance.shard_00_b'))).toEqual([DATABASE]);
    expect(securityGroupsOf(graph, inData(graph, 'aws_elasticache_replication_group.cache'))).toEqual([
      'local-us-east-1-data:aws_security_group.cache',
    ]);
  });

  test('a network interface of a launch template', () => {
    const graph = graphOfResources({
      aws_security_group: { a: {} },
      aws_launch_template: {
        t: { network_interfaces: [{ security_groups: ['${aws_security_group.a.id}'] }] },
      },
    });
    const template = graph.resources.get('one:aws_launch_template.t');
    expect(template && securityGroupsOf(graph, template)).toEqual(['one:aws_security_group.a']);
  });

  test('an id that is written out, and a type that carries none', () => {
    const graph = graphWith(({ app }) => {
      Object.assign(app.resource.aws_lb?.web ?? {}, { security_groups: ['sg-0123'] });
    });
    expect(() => securityGroupsOf(graph, inApp(graph, 'aws_lb.web'))).toThrow(
      'local-us-east-1-app: aws_lb.web security_groups: found "sg-0123", which is the id of no aws_security_group in the stacks that were read',
    );
    expect(() => securityGroupsOf(graph, inApp(graph, 'aws_sqs_queue.jobs'))).toThrow(
      'found aws_sqs_queue, whose security groups are not known here',
    );
  });
});

describe('address ranges', () => {
  const octet = fc.nat(255);
  const address = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.'));

  test('a range covers itself, and every longer prefix of its address', () => {
    fc.assert(
      fc.property(address, fc.nat(32), fc.nat(32), (each, a, b) => {
        const [short, long] = [Math.min(a, b), Math.max(a, b)];
        expect(covers(`${each}/${short}`, `${each}/${long}`)).toBe(true);
        expect(covers(`${each}/${long}`, `${each}/${short}`)).toBe(short === long);
      }),
    );
  });

  test.each([
    ['10.0.0.0/16', '10.1.0.0/24'],
    ['10.0.0.0/33', '10.0.0.0/33'],
    ['10.0.0.256/8', '10.0.0.1/8'],
    ['::/0', '10.0.0.0/8'],
  ])('%s does not cover %s', (outer, inner) => {
    expect(covers(outer, inner)).toBe(false);
  });
});
