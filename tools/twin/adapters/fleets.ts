import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { fleetsOf, serversOf, type Fleet as PlannedFleet } from '../../topology';
import type { Address } from '../address-plan';
import { emulatorCredentials } from '../aws/clients';
import { Arguments, type TwinContext } from '../context';
import { Fleet } from '../fleet/fleet';
import type { FleetPlan } from '../fleet/plan';
import { findFfmpeg } from '../ffmpeg';
import { siteOrigin, wwwOrigin } from '../settings';
import type { Balancers } from './balancers';
import { isOwn } from './server';

/** What instances need to know of the twin. */
export interface FleetSurroundings {
  readonly emulatorUrl: string;
  readonly balancers: Balancers;
  /** What serves the page; without one, the balancer does. */
  readonly cdn: { readonly varnish: { readonly purgeUrl: string } } | undefined;
  /** The cache of machines that keep one themselves. */
  readonly cache: Address | undefined;
  /** In `port-each` mode: ports of the writer and of the cache, which the plan's fixed ports can't be. */
  readonly ports: { readonly database: number | undefined; readonly cache: number | undefined };
}

/** Milliseconds within which every instance of the first launch has to be in service. */
const START_TIMEOUT_MS = 45_000;

/** The Auto Scaling groups of the plan. */
export class Fleets {
  private fleets: readonly Fleet[] = [];

  constructor(private readonly context: TwinContext) {}

  private plan(planned: PlannedFleet, balancers: Balancers): FleetPlan {
    const { group, configuration, targetGroups } = planned;
    if (group.type === 'aws_instance') return serverPlan(planned, balancers);
    const given = new Arguments(this.context, group);
    const healthType = given.optionalText('health_check_type') ?? 'EC2';
    if (healthType !== 'EC2' && healthType !== 'ELB') {
      throw new Error(`${group.globalAddress} health_check_type: received ${healthType}; allowed: EC2, ELB`);
    }
    return {
      resource: group.globalAddress,
      name: given.text('name'),
      desired: given.number('desired_capacity', given.number('min_size')),
      healthType,
      grace: given.number('health_check_grace_period', 300),
      units: configuration.units,
      environment: configuration.environment,
      targetGroups: targetGroups.flatMap((target) => balancers.serving(target) ?? []),
    };
  }

  /** Launches all fleets at the same time; resolves when every instance is in service. */
  async start(surroundings: FleetSurroundings): Promise<void> {
    const { context } = this;
    const { settings, events, addresses, graph, book, supervisor } = context;
    const built = join(settings.projectFolder, 'dist');
    const planned = [...fleetsOf(graph, book.resolve), ...serversOf(graph, book.resolve)];
    const plans = planned.map((fleet) => this.plan(fleet, surroundings.balancers));
    for (const role of new Set(plans.flatMap((plan) => plan.units.map((unit) => unit.role)))) {
      const file = join(built, 'service', `${role}.js`);
      if (!existsSync(file)) throw new Error(`${file}: not there; \`npm run build\` makes it`);
    }
    this.fleets = plans.map((plan) => {
      const servicePort = Number(plan.environment['PORT'] ?? 8080);
      return new Fleet({
        plan,
        events,
        machine: {
          supervisor,
          built,
          environment: (address, id) => this.machineEnvironment(address, id, built, plan, surroundings),
        },
        takeAddress: () => addresses.take(plan.targetGroups.length > 0 ? 'web' : 'worker', servicePort),
        releaseAddress: (address) => addresses.release(address),
        targetAddress: (address, port) => ({
          host: address.host,
          port: port === servicePort ? address.port : port,
        }),
        startTimeoutMs: START_TIMEOUT_MS,
      });
    });
    await Promise.all(this.fleets.map((fleet) => fleet.start()));
  }

  /** What the image adds on AWS, and what stands for DNS, IAM and fixed ports here. */
  private machineEnvironment(
    address: Address,
    instanceId: string,
    built: string,
    plan: FleetPlan,
    { emulatorUrl, cdn, ports, cache }: FleetSurroundings,
  ): Record<string, string> {
    const { settings, authority, graph } = this.context;
    const credentials = emulatorCredentials(accountOf(graph.stacks));
    const origin = siteOrigin(settings);
    const environment: Record<string, string> = {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      NODE_ENV: 'production',
      LISTEN_HOST: address.host,
      INSTANCE_ID: instanceId,
      DB_CA_FILE: authority.file,
      CACHE_CA_FILE: authority.file,
      AWS_ENDPOINT_URL: emulatorUrl,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
      // All clients have one address here; the limit of a name, which counts wrong passwords, stays as planned.
      RATE_LIMITS: 'signUp=off,logIn=off,refresh=off,write=off,writeAddress=off,read=off',
      WEB_ROOT: join(built, 'web'),
      API_BASE_URL: origin,
      WEB_ORIGIN: cdn ? wwwOrigin(settings) : origin,
      ...(cdn ? { CDN_PURGE_URL: cdn.varnish.purgeUrl } : {}),
    };
    if (plan.units.some(({ role }) => role === 'transcode')) {
      Object.assign(environment, {
        FFMPEG: findFfmpeg(settings.projectFolder),
        WORK_FOLDER: settings.runFolder,
      });
    }
    // The cache of the machine itself is at an address of its own here.
    if (isOwn(plan.environment['CACHE_HOST']) && cache) {
      Object.assign(environment, { CACHE_HOST: cache.host, CACHE_PORT: String(cache.port) });
    }
    if (settings.addressMode === 'port-each') {
      environment['PORT'] = String(address.port);
      if (ports.database !== undefined) environment['DB_PORT'] = String(ports.database);
      if (ports.cache !== undefined && plan.environment['CACHE_HOST'] !== undefined) {
        environment['CACHE_PORT'] = String(ports.cache);
      }
    }
    return environment;
  }

  get running(): readonly Fleet[] {
    return this.fleets;
  }

  async stop(): Promise<void> {
    await Promise.all(this.fleets.map((fleet) => fleet.stop()));
  }
}

/** The one server: a fleet of one that is replaced by itself, behind what stands for its own proxy. */
function serverPlan({ group, configuration }: PlannedFleet, balancers: Balancers): FleetPlan {
  return {
    resource: group.globalAddress,
    name: group.name.replaceAll('_', '-'),
    desired: 1,
    healthType: 'EC2',
    grace: 0,
    units: configuration.units,
    environment: configuration.environment,
    targetGroups: [balancers.serving(group) ?? []].flat(),
  };
}

/** The account of the plan; the emulator's access keys carry it. */
export function accountOf(stacks: readonly { readonly account: string }[]): string {
  return stacks[0]?.account ?? '000000000000';
}
