import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { balancerConfig } from '../../tools/twin/haproxy/balancer-config';
import type { BalancerPlan, TargetGroupPlan } from '../../tools/twin/haproxy/plan';
import { findProgram } from '../../tools/twin/process/find-program';
import { wildcard } from '../../tools/twin/haproxy/rules';
import { CertificateAuthority } from '../../tools/twin/certificates';

const group = (name: string): TargetGroupPlan => ({
  resource: `aws_lb_target_group.${name}`,
  name,
  port: 8080,
  algorithm: 'round_robin',
  deregistrationDelay: 30,
  stickySeconds: name === 'sticky' ? 600 : undefined,
  healthCheck: {
    path: '/healthz?deep=no "quoted"',
    port: 'traffic-port',
    interval: 5,
    timeout: 2,
    healthyThreshold: 3,
    unhealthyThreshold: 2,
    matcher: '200-204,301',
  },
});

const plan: BalancerPlan = {
  resource: 'aws_lb.web',
  name: 'web',
  idleTimeout: 75,
  certificateNames: [],
  targetGroups: [group('web'), group('canary'), group('sticky')],
  listeners: [
    {
      resource: 'aws_lb_listener.http',
      port: 80,
      protocol: 'HTTP',
      rules: [],
      defaultAction: {
        kind: 'redirect',
        code: 301,
        protocol: 'HTTPS',
        host: '#{host}',
        port: '443',
        path: '/#{path}',
        query: '#{query}',
      },
    },
    {
      resource: 'aws_lb_listener.https',
      port: 443,
      protocol: 'HTTPS',
      defaultAction: {
        kind: 'forward',
        targets: [
          { group: 'web', weight: 9 },
          { group: 'canary', weight: 1 },
        ],
      },
      rules: [
        {
          resource: 'aws_lb_listener_rule.all',
          priority: 20,
          conditions: [
            { kind: 'path', values: ['/v1/*', '/exact'] },
            { kind: 'host', values: ['*.example.com'] },
            { kind: 'method', values: ['GET', 'HEAD'] },
            { kind: 'source-ip', values: ['10.0.0.0/8'] },
            { kind: 'header', header: 'X-Kind', values: ['a b', 'c'] },
            {
              kind: 'query',
              pairs: [
                { key: 'q', value: '1' },
                { key: undefined, value: 'x*' },
              ],
            },
          ],
          action: { kind: 'forward', targets: [{ group: 'sticky', weight: 1 }] },
        },
        {
          resource: 'aws_lb_listener_rule.no',
          priority: 10,
          conditions: [{ kind: 'path', values: ['/gone'] }],
          action: { kind: 'fixed-response', code: 410, contentType: 'text/plain', body: 'It is "gone", $1' },
        },
      ],
    },
  ],
};

let folder: string;
let bundle: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tiers-test-haproxy-'));
  bundle = new CertificateAuthority(join(folder, 'tls')).issue('web', ['localhost']).bundle;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What HAProxy itself says of a configuration. */
function verdict(text: string): string {
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, text);
  const { status, stderr, stdout } = spawnSync(findProgram('haproxy'), ['-c', '-f', file], {
    encoding: 'utf8',
  });
  return status === 0 ? 'valid' : `${stdout}${stderr}`;
}

function render(of: BalancerPlan = plan): string {
  const settings = { portOffset: 8000, host: '127.0.0.1', tlsBundle: bundle };
  const targets = new Map([['web', [{ name: 'i-1', host: '127.1.10.1', port: 8080 }]]]);
  return balancerConfig(of, settings, targets, join(folder, 's'));
}

test('listeners, rules, weights and checks of the plan become a configuration that HAProxy takes', () => {
  const text = render();
  expect(verdict(text)).toBe('valid');
  expect(text).toContain('bind 127.0.0.1:8080\n');
  expect(text).toContain(`bind 127.0.0.1:8443 ssl crt ${bundle}`);
  expect(text).toContain('location "https://%[req.hdr(host),field(1,:)]:8443%[pathq]"');
  expect(text).toContain('http-check expect status 200-204,301');
  expect(text).toContain('server i-1 127.1.10.1:8080 check inter 5s fall 2 rise 3');
  expect(text).toContain('retries 0');
  expect(text.indexOf('int(10)')).toBeLessThan(text.indexOf('int(20)'));
  expect(text).toContain(
    'use_backend web if { rand(10) lt 9 } !{ nbsrv(web) eq 0 } !{ var(txn.rule) -m found }',
  );
});

test('every listener is on loopback', () => {
  const binds = render().match(/^ *bind .*$/gm) ?? [];
  expect(binds).toHaveLength(2);
  for (const bind of binds) expect(bind).toMatch(/bind 127\./);
});

test('a pattern matches what the balancer would match', () => {
  const literal = fc.string({ unit: fc.constantFrom('a', '.', '/', '+', '(', '$', '[') });
  fc.assert(
    fc.property(literal, literal, literal, (before, middle, after) => {
      expect(new RegExp(wildcard(`${before}*${after}`)).test(`${before}${middle}${after}`)).toBe(true);
      expect(new RegExp(wildcard(before)).test(`${before}x`)).toBe(false);
      expect(new RegExp(wildcard(`${before}?`)).test(before)).toBe(false);
    }),
  );
});

test('any text of a fixed response and any path of a check stays one argument', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '"', "'", '\\', '$', '{', '#', ' ', '%', '\n') });
  fc.assert(
    fc.property(text, (body) => {
      const listener = plan.listeners[0];
      if (!listener) return;
      const action = { kind: 'fixed-response', code: 404, contentType: 'text/plain', body } as const;
      expect(verdict(render({ ...plan, listeners: [{ ...listener, defaultAction: action }] }))).toBe('valid');
    }),
    { numRuns: 25 },
  );
});
