import { APP, drop, environment, findings, set } from './findings';
import type { Block, Documents } from './plan';

describe('balancing', () => {
  const listener = (values: Block) => set('aws_lb_listener', 'https', values);

  test.each<[string, (documents: Documents) => void, string, string]>([
    [
      'a target group on the wrong port',
      set('aws_lb_target_group', 'web', { port: 8081 }),
      'aws_lb_target_group.web',
      `its port is 8081, but the instances of ${APP}:aws_autoscaling_group.web listen on 8080 (PORT)`,
    ],
    [
      'a health check on the wrong port',
      set('aws_lb_target_group', 'web', { health_check: { path: '/healthz', port: '9000' } }),
      'aws_lb_target_group.web',
      `its health check goes to port 9000, where nothing of ${APP}:aws_autoscaling_group.web listens`,
    ],
    [
      'a fleet without a port',
      environment({ PORT: undefined }),
      'aws_lb_target_group.web',
      `it fronts ${APP}:aws_autoscaling_group.web, whose environment sets no PORT to listen on`,
    ],
    [
      'a fleet that nothing fronts',
      set('aws_autoscaling_group', 'web', { target_group_arns: [] }),
      'aws_autoscaling_group.web',
      'its instances listen on port 8080, but no target group fronts them',
    ],
    [
      'a target group that nothing forwards to',
      listener({
        default_action: [{ type: 'redirect', redirect: [{ port: '443', status_code: 'HTTP_301' }] }],
      }),
      'aws_lb_target_group.web',
      'no listener forwards to it, so that its targets get no request',
    ],
    [
      'a balancer that cannot reach the fleet',
      drop('aws_vpc_security_group_egress_rule', 'balancer'),
      'aws_lb.web',
      `it cannot reach ${APP}:aws_autoscaling_group.web on port 8080: ${APP}:aws_security_group.balancer needs an aws_vpc_security_group_egress_rule to ${APP}:aws_security_group.web for TCP port 8080`,
    ],
    [
      'a balancer that clients cannot reach',
      drop('aws_vpc_security_group_ingress_rule', 'balancer_https'),
      'aws_lb_listener.https',
      `clients cannot reach its port 443: ${APP}:aws_security_group.balancer needs an aws_vpc_security_group_ingress_rule from 0.0.0.0/0 for TCP port 443`,
    ],
  ])('%s', (_, change, address, message) => {
    expect(findings(change)).toEqual([
      { severity: 'error', address: `${APP}:${address}`, message, fix: expect.stringMatching(/.{10,}/) },
    ]);
  });

  test('no listener on 443', () => {
    expect(findings(listener({ port: 8443 })).map(({ message }) => message)).toContain(
      'it faces the internet, but listens on 8443 and not on 443',
    );
  });

  test('a listener rule that forwards counts', () => {
    const found = findings(({ app }) => {
      app.resource.aws_lb_listener_rule = {
        api: {
          listener_arn: '${aws_lb_listener.https.arn}',
          action: [
            { type: 'forward', forward: [{ target_group: [{ arn: '${aws_lb_target_group.web.arn}' }] }] },
          ],
        },
      };
      listener({ default_action: [{ type: 'fixed-response' }] })({ app, data: { resource: {} } });
    });
    expect(found).toEqual([]);
  });

  test('a health check on a path that is no route, as a warning', () => {
    expect(findings(undefined, ['/readyz', '/v1/users'])).toEqual([
      {
        severity: 'warning',
        address: `${APP}:aws_lb_target_group.web`,
        message: 'its health check asks for /healthz, which is not among the routes /readyz, /v1/users',
        fix: 'set health_check.path to a route that answers without dependencies',
      },
    ]);
  });
});
