import { decisionsOf } from '../../lib/decisions';
import { Certificate } from '../../modules/certificate';
import { LoadBalancer, type LoadBalancerProps } from '../../modules/load-balancer';
import { Network } from '../../modules/network';
import { keyOf } from '../support/encryption';
import { inventory, only, resourcesOf, synthesize, type Synthesized, type TestStack } from '../support/synth';

type Choices = Partial<LoadBalancerProps>;

function balancer(stack: TestStack, choices: Choices = {}): LoadBalancer {
  const network = new Network(stack, 'network', {
    encryptionKey: keyOf(stack),
    cidr: '10.0.0.0/16',
    zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    logDays: 30,
  });
  return new LoadBalancer(stack, 'load-balancer', {
    network,
    certificate: new Certificate(stack, 'certificate', { domain: 'example.com' }),
    accessLogs: { bucketName: 'logs', prefix: 'load-balancer' },
    ...choices,
  });
}

const declare = (choices?: Choices): Synthesized => synthesize((stack) => void balancer(stack, choices));

/** A network of its own is around each balancer; what it declares is counted by its own test. */
function own(synthesized: Synthesized): Record<string, number> {
  const resource = Object.fromEntries(
    Object.entries(synthesized.resource).map(([type, members]) => [
      type,
      Object.fromEntries(Object.entries(members).filter(([name]) => name.startsWith('load_balancer_'))),
    ]),
  );
  return Object.fromEntries(Object.entries(inventory({ resource })).filter(([, count]) => count > 0));
}

describe('LoadBalancer', () => {
  const safe = declare();

  test('declares exactly these resources', () => {
    expect(own(safe)).toEqual({
      aws_lb: 1,
      aws_lb_listener: 2,
      aws_lb_target_group: 1,
      aws_security_group: 1,
      aws_vpc_security_group_ingress_rule: 2,
    });
  });

  test('HTTPS with TLS 1.2 and 1.3, once the certificate is valid', () => {
    expect(resourcesOf(safe, 'aws_lb_listener').load_balancer_listeners_https).toMatchObject({
      port: 443,
      protocol: 'HTTPS',
      ssl_policy: expect.stringMatching(/^ELBSecurityPolicy-TLS13-1-2-/),
      certificate_arn: '${aws_acm_certificate_validation.certificate_validation.certificate_arn}',
      default_action: [
        { type: 'forward', target_group_arn: '${aws_lb_target_group.load_balancer_targets_group.arn}' },
      ],
    });
  });

  test('plain HTTP is only sent on to HTTPS', () => {
    expect(resourcesOf(safe, 'aws_lb_listener').load_balancer_listeners_http).toMatchObject({
      port: 80,
      default_action: [
        { type: 'redirect', redirect: { protocol: 'HTTPS', port: '443', status_code: 'HTTP_301' } },
      ],
    });
  });

  test('the internet reaches ports 443 and 80, and nothing else', () => {
    const rules = Object.entries(resourcesOf(safe, 'aws_vpc_security_group_ingress_rule'))
      .filter(([name]) => name.startsWith('load_balancer_'))
      .map(([, { from_port, to_port, cidr_ipv4 }]) => [from_port, to_port, cidr_ipv4]);
    expect(rules).toEqual([
      [443, 443, '0.0.0.0/0'],
      [80, 80, '0.0.0.0/0'],
    ]);
  });

  test('stands in the public subnets, drops malformed headers, logs, and can leave a zone', () => {
    const logs = { bucket: 'logs', prefix: 'load-balancer', enabled: true };
    expect(only(safe, 'aws_lb')).toMatchObject({
      internal: false,
      subnets: ['a', 'b', 'c'].map((zone) => `\${aws_subnet.network_public_us_east_1${zone}.id}`),
      drop_invalid_header_fields: true,
      enable_deletion_protection: true,
      enable_zonal_shift: true,
      access_logs: logs,
      connection_logs: logs,
      health_check_logs: logs,
    });
  });

  test('a failing target is out after two checks of 5 s, and a check ends before the next', () => {
    const group = only(safe, 'aws_lb_target_group');
    expect(group).toMatchObject({
      port: 8080,
      deregistration_delay: '30',
      load_balancing_algorithm_type: 'least_outstanding_requests',
      health_check: { path: '/healthz', matcher: '200', interval: 5, unhealthy_threshold: 2 },
    });
    const { timeout, interval } = group.health_check as { timeout: number; interval: number };
    expect(timeout).toBeLessThan(interval);
  });

  test('tells a fleet what it needs to know', () => {
    synthesize((stack) => {
      const { targetGroup, connections } = balancer(stack, { targetPort: 9000, longestRequest: 20 });
      expect(targetGroup).toMatchObject({ port: 9000, deregistrationDelay: 20 });
      expect(connections.port).toBe(443);
    });
  });

  test('deletion protection that is off keeps its reason', () => {
    const off = { enabled: false, reason: 'gone after the test' } as const;
    const open = synthesize((stack) => {
      balancer(stack, { deletionProtection: off });
      expect(decisionsOf(stack)).toEqual([
        { where: 'load-balancer', setting: 'deletionProtection', reason: off.reason },
      ]);
    });
    expect(only(open, 'aws_lb').enable_deletion_protection).toBe(false);
  });

  test('seconds out of range are refused, all at once', () => {
    for (const idleTimeout of [-1, 1.5, 4001]) {
      expect(() => declare({ idleTimeout })).toThrow('allowed: whole seconds from 1 to 4000');
    }
    expect(() => declare({ idleTimeout: 0, longestRequest: 3601 })).toThrow(
      'test/load-balancer.idleTimeout: received 0; allowed: whole seconds from 1 to 4000; write for instance 60\n' +
        'test/load-balancer.longestRequest: received 3601; allowed: whole seconds from 0 to 3600; write for instance 30',
    );
  });
});
