import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEEP_ALIVE_MS } from '../../service/http/app';
import { ROOT } from '../repository/support/root';
import { only, resourcesOf } from '../support/synth';
import { synthesizeNamed } from './support';

/** What two parts of the repository have to agree on, and no reference holds together. */
const stacks = synthesizeNamed('production');
const app = stacks['production-us-east-1-app']!;

test('the service keeps idle connections for longer than the balancer', () => {
  const idleTimeout = Number(only(app, 'aws_lb').idle_timeout);
  expect(idleTimeout).toBeGreaterThan(0);
  expect(KEEP_ALIVE_MS).toBeGreaterThan(idleTimeout * 1000);
});

test('every AWS service that instances call has an endpoint', () => {
  const permissions = JSON.parse(readFileSync(join(ROOT, 'service/permissions.json'), 'utf8')) as Record<
    string,
    { services: string[] }
  >;
  const called = Object.values(permissions).flatMap(({ services }) => services);
  // The agents of the image: sessions, and logs and metrics.
  const agents = ['ssm', 'ssmmessages', 'ec2messages', 'logs', 'monitoring'];
  const endpoints = Object.values(resourcesOf(stacks['production-us-east-1-network']!, 'aws_vpc_endpoint'));
  const present = endpoints.map(({ service_name: name }) =>
    String(name).replace('com.amazonaws.us-east-1.', ''),
  );
  expect(present).toEqual(expect.arrayContaining([...new Set([...called, ...agents])]));
  expect(called).not.toEqual([]);
});
