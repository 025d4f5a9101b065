import { randomBytes } from 'node:crypto';
import { asList, isObject, resourcesOfType, targetsOf, type Resource } from '../../topology';
import type { Address } from '../address-plan';
import type { CertificateFiles } from '../certificates';
import { Arguments, type TwinContext } from '../context';
import { targetOfType } from '../generated-values';
import { TcpEndpoints } from '../haproxy/tcp-endpoints';
import { findValkey } from '../valkey/binary';
import { ReplicationGroup, type ReplicationGroupPlan } from '../valkey/replication-group';
import type { CacheUser } from '../valkey/server';
import { ownCaches } from './server';

const PORT = 6379;
/** What image/one-server.sh sets. */
const OWN_POLICY = 'allkeys-lru';

interface PlannedGroup {
  readonly plan: ReplicationGroupPlan;
  readonly users: readonly CacheUser[];
  readonly maxmemoryPolicy: string;
  readonly tls: boolean;
  readonly primary: Address;
  readonly readers: Address;
}

/** Users of the group's user groups (aws_elasticache_user_group), as the servers take them. */
function usersOf(context: TwinContext, group: Resource): CacheUser[] {
  return targetsOf(context.graph, group, 'user_group_ids')
    .flatMap((userGroup) => targetsOf(context.graph, userGroup, 'user_ids'))
    .filter((user) => user.type === 'aws_elasticache_user')
    .map((user) => {
      const given = new Arguments(context, user);
      const type = given.optionalText('authentication_mode.type') ?? 'iam';
      const passwords = asList(given.value('authentication_mode.passwords')).map(String);
      if (type !== 'iam' && type !== 'password' && type !== 'no-password-required') {
        throw new Error(`${user.globalAddress} authentication_mode.type: received ${type}`);
      }
      return {
        name: given.text('user_name'),
        accessString: given.text('access_string'),
        authentication: type,
        passwords,
      };
    });
}

/** The cache tier: plans it, hands out its addresses, runs it. */
export class Caches {
  readonly planned: readonly PlannedGroup[];
  private groups: readonly ReplicationGroup[] = [];
  private endpoints: TcpEndpoints | undefined;

  constructor(private readonly context: TwinContext) {
    this.planned = [
      ...resourcesOfType(context.graph, 'aws_elasticache_replication_group').map((group) => this.plan(group)),
      ...ownCaches(context.graph).map((own) => {
        const address = context.addresses.take('cacheEndpoint', PORT);
        return { ...own, primary: address, readers: address, maxmemoryPolicy: OWN_POLICY, tls: false };
      }),
    ];
  }

  private plan(resource: Resource): PlannedGroup {
    const { context } = this;
    const given = new Arguments(context, resource);
    const port = given.number('port', PORT);
    const primary = context.addresses.take('cacheEndpoint', port);
    // In port-each mode one CACHE_PORT has to serve both endpoints: readers share the primary's.
    const shared = context.settings.addressMode === 'port-each';
    const readers = shared ? primary : context.addresses.take('cacheEndpoint', port);
    context.book.set(resource, {
      primary_endpoint_address: primary.host,
      reader_endpoint_address: readers.host,
      port: primary.port,
    });
    const parameters = targetOfType(
      context.graph,
      resource,
      'parameter_group_name',
      'aws_elasticache_parameter_group',
    );
    const list = parameters
      ? asList(new Arguments(context, parameters).value('parameter')).filter(isObject)
      : [];
    const policy = list.find((item) => item['name'] === 'maxmemory-policy')?.['value'];
    return {
      primary,
      readers,
      users: usersOf(context, resource),
      // ElastiCache's own default.
      maxmemoryPolicy: policy === undefined ? 'volatile-lru' : String(policy),
      tls: given.flag('transit_encryption_enabled'),
      plan: {
        resource: resource.globalAddress,
        name: given.text('replication_group_id'),
        nodes: given.number('num_cache_clusters', 1),
        automaticFailover: given.flag('automatic_failover_enabled'),
      },
    };
  }

  get hosts(): string[] {
    return this.planned.flatMap(({ primary, readers }) => [primary.host, readers.host]);
  }

  /** Starts every group; resolves when all replicas follow their primary. */
  async start(certificate: CertificateFiles): Promise<void> {
    const { context, planned } = this;
    if (planned.length === 0) return;
    const { supervisor, events, settings } = context;
    const binary = findValkey(settings.projectFolder);
    const listeners = planned.flatMap(({ plan, primary, readers, tls }) => {
      const common = { resource: plan.resource, tlsBundle: tls ? certificate.bundle : undefined };
      const first = { ...common, name: `${plan.name}-primary`, listen: primary };
      return readers === primary
        ? [first]
        : [first, { ...common, name: `${plan.name}-readers`, listen: readers }];
    });
    const most = Math.max(...planned.map(({ plan }) => plan.nodes));
    const endpoints = new TcpEndpoints(supervisor, events, listeners, most, 'cache-endpoints');
    this.endpoints = endpoints;
    await endpoints.start(new Map());
    this.groups = planned.map(
      ({ plan, users, maxmemoryPolicy, primary, readers }) =>
        new ReplicationGroup(
          supervisor,
          events,
          plan,
          {
            binary,
            users,
            maxmemoryPolicy,
            operator: { user: 'twin-operator', password: randomBytes(18).toString('base64url') },
          },
          {
            pointPrimary: (target) => endpoints.point(`${plan.name}-primary`, [target]),
            pointReaders: async (targets) => {
              if (readers !== primary) await endpoints.point(`${plan.name}-readers`, targets);
            },
          },
          () => context.addresses.take('cache', PORT),
        ),
    );
    await Promise.all(this.groups.map((group) => group.start()));
  }

  get running(): readonly ReplicationGroup[] {
    return this.groups;
  }

  async stop(): Promise<void> {
    await Promise.all(this.groups.map((group) => group.stop()));
    await this.endpoints?.stop();
  }
}
