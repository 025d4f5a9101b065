import { asList, isObject, resourcesOfType, type Resource } from '../../topology';
import type { Address } from '../address-plan';
import type { CertificateFiles } from '../certificates';
import { Arguments, type TwinContext } from '../context';
import { targetOfType } from '../generated-values';
import { TcpEndpoints } from '../haproxy/tcp-endpoints';
import { PostgresCluster, type ClusterPlan } from '../postgres/cluster';
import { ControlLoop } from '../postgres/control-loop';
import { discardPostgres, preparePostgres } from '../postgres/host';
import type { PostgresHost } from '../postgres/server';
import { IGNORED_PARAMETERS } from '../postgres/settings';

const TYPE = 'aws_db_instance';
const PORT = 5432;

/** A writer of the plan with its replicas and their addresses. */
interface PlannedCluster {
  readonly plan: ClusterPlan;
  readonly endpoint: Address;
  /** Of the writer and its standby, then of the replicas, in that order. */
  readonly addresses: readonly Address[];
}

/** Parameters that the servers here take; the others are for RDS, or for a machine of its own. */
function parametersOf(context: TwinContext, writer: Resource): Record<string, string> {
  const group = targetOfType(context.graph, writer, 'parameter_group_name', 'aws_db_parameter_group');
  const list = group ? asList(new Arguments(context, group).value('parameter')).filter(isObject) : [];
  return Object.fromEntries(list.map((item) => [String(item['name']), String(item['value'])]));
}

function serverParameters(parameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).filter(
      // A value in braces is a formula over the instance class.
      ([name, value]) => !(name in IGNORED_PARAMETERS) && !name.startsWith('rds.') && !value.includes('{'),
    ),
  );
}

/** The PostgreSQL tier: plans it, hands out its addresses, runs it. */
export class Databases {
  readonly planned: readonly PlannedCluster[];
  private clusters: readonly PostgresCluster[] = [];
  private loops: readonly ControlLoop[] = [];
  private endpoints: TcpEndpoints | undefined;
  private host: PostgresHost | undefined;

  constructor(private readonly context: TwinContext) {
    const instances = resourcesOfType(context.graph, TYPE);
    const writers = instances.filter((instance) => instance.arguments['replicate_source_db'] === undefined);
    this.planned = writers.map((writer) => this.planCluster(writer, instances));
  }

  private planCluster(writer: Resource, instances: readonly Resource[]): PlannedCluster {
    const { context } = this;
    const given = new Arguments(context, writer);
    const engine = given.text('engine');
    if (engine !== 'postgres')
      throw new Error(`${writer.globalAddress} engine: received ${engine}; the twin runs postgres`);
    const replicas = instances.filter(
      (instance) =>
        targetOfType(context.graph, instance, 'replicate_source_db', TYPE)?.globalAddress ===
        writer.globalAddress,
    );
    const parameters = parametersOf(context, writer);
    const multiAz = given.flag('multi_az');
    const password = context.generated.writeOnly(writer, 'password_wo') ?? given.text('password');
    const { addresses } = context;
    const endpoint = addresses.take('databaseEndpoint', PORT);
    const own = Array.from({ length: 1 + (multiAz ? 1 : 0) + replicas.length }, () =>
      addresses.take('database', PORT),
    );
    context.book.set(writer, {
      address: endpoint.host,
      endpoint: `${endpoint.host}:${endpoint.port}`,
      port: endpoint.port,
    });
    replicas.forEach((replica, index) => {
      const address = own[own.length - replicas.length + index];
      if (!address) return;
      // Where all share one host, only the port tells servers apart; the service takes host:port for readers.
      const host =
        context.settings.addressMode === 'port-each' ? `${address.host}:${address.port}` : address.host;
      context.book.set(replica, {
        address: host,
        endpoint: `${address.host}:${address.port}`,
        port: address.port,
      });
    });
    return {
      endpoint,
      addresses: own,
      plan: {
        resource: writer.globalAddress,
        name: given.text('identifier'),
        multiAz,
        databaseName: given.optionalText('db_name'),
        adminUser: given.text('username'),
        adminPassword: password,
        parameters: serverParameters(parameters),
        forceTls: parameters['rds.force_ssl'] === '1',
        replicas: replicas.map((replica) => ({
          resource: replica.globalAddress,
          name: new Arguments(context, replica).text('identifier'),
        })),
      },
    };
  }

  /** Hosts that certificates have to name. */
  get hosts(): string[] {
    return this.planned.flatMap(({ endpoint, addresses }) =>
      [endpoint, ...addresses].map(({ host }) => host),
    );
  }

  /** Starts every cluster; resolves when all copies stream and every standby is in sync. */
  async start(certificate: CertificateFiles): Promise<void> {
    const { context, planned } = this;
    if (planned.length === 0) return;
    const { supervisor, events, authority, settings } = context;
    const host = preparePostgres(supervisor, certificate, authority.file);
    this.host = host;
    this.reportVersions(host);
    const endpoints = new TcpEndpoints(
      supervisor,
      events,
      planned.map(({ plan, endpoint }) => ({ name: plan.name, resource: plan.resource, listen: endpoint })),
      1,
      'database-endpoints',
    );
    this.endpoints = endpoints;
    await endpoints.start(new Map());
    this.clusters = planned.map(({ plan, endpoint, addresses }) => {
      const left = [...addresses];
      return new PostgresCluster(
        host,
        events,
        plan,
        { address: endpoint, point: (target) => endpoints.point(plan.name, [target]) },
        () => left.shift() ?? context.addresses.take('database', PORT),
      );
    });
    await Promise.all(this.clusters.map((cluster) => cluster.start()));
    this.loops = this.clusters.map(
      (cluster) => new ControlLoop(cluster, { failoverDelayMs: settings.failoverDelayMs }),
    );
  }

  private reportVersions(host: PostgresHost): void {
    for (const writer of resourcesOfType(this.context.graph, TYPE)) {
      const wanted = new Arguments(this.context, writer).optionalText('engine_version');
      if (wanted === undefined || Number.parseInt(wanted, 10) === host.binaries.major) continue;
      this.context.differences.push(
        `${writer.globalAddress}: engine_version is ${wanted}, here PostgreSQL ${host.binaries.version} runs`,
      );
    }
  }

  get running(): readonly PostgresCluster[] {
    return this.clusters;
  }

  async stop(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
    await Promise.all(this.clusters.map((cluster) => cluster.stop()));
    await this.endpoints?.stop();
    if (this.host) discardPostgres(this.host);
  }
}
