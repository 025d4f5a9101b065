import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Graph } from '../topology';
import { AddressPlan, show, type Address } from './address-plan';
import { AttributeBook } from './attribute-book';
import { Balancers } from './adapters/balancers';
import { createBuckets } from './adapters/buckets';
import { Caches } from './adapters/caches';
import { Cdns } from './adapters/cdns';
import { Databases } from './adapters/databases';
import { accountOf, Fleets } from './adapters/fleets';
import { createParameters } from './adapters/parameters';
import { createQueues } from './adapters/queues';
import { createSecrets } from './adapters/secrets';
import { createTables } from './adapters/tables';
import { createTopics } from './adapters/topics';
import { emulatorClients, emulatorCredentials } from './aws/clients';
import { Emulator } from './aws/ministack';
import { CertificateAuthority, type CertificateFiles } from './certificates';
import type { TwinContext } from './context';
import { EventLog } from './events';
import { GeneratedValues } from './generated-values';
import type { Supervisor } from './process/supervisor';
import { wwwOrigin, type TwinSettings } from './settings';

/** Tiers in the order in which progress is shown. */
export const TIERS = ['aws', 'database', 'cache', 'load-balancer', 'fleets', 'cdn'] as const;
export type Tier = (typeof TIERS)[number];

/** One line of what can be reached once the twin runs. */
export interface RunningPart {
  readonly tier: Tier;
  readonly name: string;
  readonly address: string;
}

/** A deployment, run with real servers on this machine. The tiers are started one by one, so that a caller can show progress. */
export class Twin {
  readonly context: TwinContext;
  readonly databases: Databases;
  readonly caches: Caches;
  readonly balancers: Balancers;
  readonly cdns: Cdns;
  readonly fleets: Fleets;
  private readonly emulator: Emulator;
  private readonly emulatorAddress: Address;
  private readonly certificate: CertificateFiles;
  private readonly region: string;

  constructor(graph: Graph, settings: TwinSettings, supervisor: Supervisor) {
    mkdirSync(settings.runFolder, { recursive: true });
    const eventFile = join(settings.runFolder, 'events.jsonl');
    rmSync(eventFile, { force: true });
    const { addressMode: mode, addressBlock: block, firstPort } = settings;
    this.context = {
      graph,
      settings,
      supervisor,
      events: new EventLog(eventFile),
      addresses: new AddressPlan({ mode, block, firstPort }),
      authority: new CertificateAuthority(join(settings.runFolder, 'tls')),
      book: new AttributeBook(),
      generated: new GeneratedValues(graph),
      differences: [],
    };
    const { addresses, authority, events } = this.context;
    this.region = regionOf(graph);
    this.emulatorAddress = addresses.take('aws', 4566);
    this.emulator = new Emulator({
      supervisor,
      events,
      projectFolder: settings.projectFolder,
      address: this.emulatorAddress,
      region: this.region,
      credentials: emulatorCredentials(accountOf(graph.stacks)),
    });
    this.databases = new Databases(this.context);
    this.caches = new Caches(this.context);
    this.balancers = new Balancers(this.context);
    this.cdns = new Cdns(this.context, this.emulatorAddress);
    this.fleets = new Fleets(this.context);
    this.certificate = authority.issue('servers', [
      'localhost',
      '127.0.0.1',
      ...this.databases.hosts,
      ...this.caches.hosts,
    ]);
  }

  /** Starts one tier. `fleets` needs all the others, `cdn` needs `aws`; the others need nothing of each other. */
  async startTier(tier: Tier): Promise<void> {
    switch (tier) {
      case 'aws':
        return this.startAws();
      case 'database':
        return this.databases.start(this.certificate);
      case 'cache':
        return this.caches.start(this.certificate);
      case 'load-balancer':
        return this.balancers.start();
      case 'cdn':
        return this.startCdn();
      case 'fleets':
        return this.fleets.start({
          emulatorUrl: this.emulator.url,
          balancers: this.balancers,
          cdn: this.cdns.running[0],
          cache: this.caches.planned[0]?.primary,
          ports: {
            database: this.databases.planned[0]?.endpoint.port,
            cache: this.caches.planned[0]?.primary.port,
          },
        });
    }
  }

  private async startAws(): Promise<void> {
    await this.emulator.start();
    const clients = emulatorClients(this.emulator.url, this.region, accountOf(this.context.graph.stacks));
    try {
      await Promise.all([
        createQueues(this.context, clients).then(() => createTopics(this.context, clients)),
        createTables(this.context, clients),
        createBuckets(this.context, clients),
        createParameters(this.context, clients),
        createSecrets(this.context, clients),
      ]);
    } finally {
      clients.close();
    }
  }

  private async startCdn(): Promise<void> {
    const clients = emulatorClients(this.emulator.url, this.region, accountOf(this.context.graph.stacks));
    try {
      await this.cdns.start(clients);
    } finally {
      clients.close();
    }
  }

  /** Where people find the page: at the CDN where there is one. */
  get site(): string {
    return this.cdns.running.length > 0 ? wwwOrigin(this.context.settings) : this.balancers.site;
  }

  /** Addresses of all that runs. */
  get parts(): RunningPart[] {
    const clusters = this.databases.running.flatMap(({ plan, endpoint, primary, standby, replicas }) => [
      { tier: 'database' as const, name: `${plan.name}, writer endpoint`, address: show(endpoint.address) },
      { tier: 'database' as const, name: `${primary.name}, writer`, address: show(primary.server.address) },
      ...(standby
        ? [
            {
              tier: 'database' as const,
              name: `${standby.name}, standby`,
              address: show(standby.server.address),
            },
          ]
        : []),
      ...replicas.map((replica) => ({
        tier: 'database' as const,
        name: `${replica.name}, replica`,
        address: show(replica.server.address),
      })),
    ]);
    const caches = this.caches.planned.flatMap(({ plan, primary, readers }) => [
      { tier: 'cache' as const, name: `${plan.name}, primary endpoint`, address: show(primary) },
      { tier: 'cache' as const, name: `${plan.name}, reader endpoint`, address: show(readers) },
    ]);
    const nodes = this.caches.running.flatMap((group) =>
      group.nodes.map((node) => ({ tier: 'cache' as const, name: node.name, address: show(node.address) })),
    );
    const instances = this.fleets.running.flatMap((fleet) =>
      fleet.instances.map((instance) => ({
        tier: 'fleets' as const,
        name: `${fleet.plan.name} ${instance.id}`,
        address: show(instance.address),
      })),
    );
    return [
      { tier: 'aws', name: 'queues, table, buckets, parameters, secrets', address: this.emulator.url },
      ...clusters,
      ...caches,
      ...nodes,
      ...this.balancers.plans.flatMap((plan) =>
        plan.listeners.map((listener) => ({
          tier: 'load-balancer' as const,
          name: `${plan.name}, listener ${listener.port}`,
          address: `${listener.protocol.toLowerCase()}://localhost:${listener.port + this.context.settings.portOffset}`,
        })),
      ),
      ...instances,
      ...this.cdns.running.flatMap(({ plan, ports, varnish }) => [
        { tier: 'cdn' as const, name: `${plan.name}, viewers`, address: `https://localhost:${ports.https}` },
        { tier: 'cdn' as const, name: `${plan.name}, PURGE`, address: varnish.purgeUrl },
      ]),
    ];
  }

  /** Ends the tiers in the reverse order, so that nothing loses what it still uses. */
  async stop(): Promise<void> {
    await Promise.all([this.fleets.stop(), this.cdns.stop()]);
    await this.balancers.stop();
    await Promise.all([this.databases.stop(), this.caches.stop(), this.emulator.stop()]);
  }
}

/** The region that the twin runs: that of the fleets. */
function regionOf(graph: Graph): string {
  const regions = new Set(
    [...graph.resources.values()]
      .filter(({ type }) => type === 'aws_autoscaling_group' || type === 'aws_instance')
      .map(({ region }) => region),
  );
  const [only, ...more] = regions;
  if (more.length > 0) {
    throw new Error(`the twin runs one region; this environment has fleets in ${[...regions].join(', ')}`);
  }
  return only ?? 'us-east-1';
}
