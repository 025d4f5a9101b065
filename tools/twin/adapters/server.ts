import type { Fleet, Graph } from '../../topology';
import { serversOf } from '../../topology';
import type { BalancerPlan } from '../haproxy/plan';
import type { ReplicationGroupPlan } from '../valkey/replication-group';
import type { CacheUser } from '../valkey/server';

/** Names and paths of the one server (image/one-server.sh): nginx in front of the service, the cache beside it. */
const HEALTH_PATH = '/healthz';

/** Whether a host is the machine itself. */
export const isOwn = (host: string | undefined): boolean => host !== undefined && /^127\.\d/.test(host);

/** HAProxy as the stand-in of the server's own proxy: it ends TLS, sends plain HTTP on to HTTPS, and knows one target. */
export function proxyPlan({ group, configuration }: Fleet): BalancerPlan {
  const target = { group: group.name, weight: 1 };
  return {
    resource: group.globalAddress,
    name: `${group.name.replaceAll('_', '-')}-proxy`,
    idleTimeout: 60,
    listeners: [
      {
        resource: group.globalAddress,
        port: 443,
        protocol: 'HTTPS',
        defaultAction: { kind: 'forward', targets: [target] },
        rules: [],
      },
      {
        resource: group.globalAddress,
        port: 80,
        protocol: 'HTTP',
        defaultAction: {
          ...{ kind: 'redirect', code: 301, protocol: 'HTTPS', host: '#{host}', port: '443' },
          ...{ path: '/#{path}', query: '#{query}' },
        },
        rules: [],
      },
    ],
    targetGroups: [
      {
        resource: group.globalAddress,
        name: group.name,
        port: Number(configuration.environment['PORT'] ?? 8080),
        algorithm: 'round_robin',
        deregistrationDelay: 0,
        stickySeconds: undefined,
        healthCheck: {
          ...{ path: HEALTH_PATH, port: 'traffic-port', interval: 5, timeout: 2 },
          ...{ healthyThreshold: 2, unhealthyThreshold: 2, matcher: '200' },
        },
      },
    ],
    certificateNames: [],
  };
}

/** The cache that a server keeps on itself, as a group of one node that knows no users. */
export function ownCaches(
  graph: Graph,
): readonly { plan: ReplicationGroupPlan; users: readonly CacheUser[] }[] {
  return serversOf(graph)
    .filter(({ raw }) => isOwn(raw.environment['CACHE_HOST']))
    .map(({ group }) => ({
      plan: {
        resource: group.globalAddress,
        name: `${group.name.replaceAll('_', '-')}-cache`,
        nodes: 1,
        automaticFailover: false,
      },
      users: [{ name: 'default', accessString: 'on ~* &* +@all', authentication: 'no-password-required' }],
    }));
}
