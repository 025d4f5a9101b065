import type { Construct } from 'constructs';
import { architectureOf } from '../deployments/hardware';
import { scalingOf, type Deployment } from '../deployments/schema';
import { regionName } from '../modules/geo-dns';
import { InstanceRole } from '../modules/instance-role';
import { OneServer } from '../modules/one-server';
import { ServerFleet } from '../modules/server-fleet';
import type { WorkQueue } from '../modules/work-queue';
import type { AppStackInputs, Door } from './app-stack';
import {
  apiEnvironment,
  migrates,
  migrationEnvironment,
  serverEnvironment,
  transcoderEnvironment,
  TRANSCODER_FLEET,
  WORKER_FLEET,
  workerEnvironment,
  type ServiceParts,
} from './service-environment';

/** What serves the page and the API behind the balancer. Where there are no workers, it migrates the schema too. */
export function declareWeb(
  scope: Construct,
  inputs: AppStackInputs,
  parts: ServiceParts,
  { loadBalancer }: Door,
): ServerFleet | undefined {
  const { deployment } = parts;
  const { web, workers, timeZone, quietHours } = deployment;
  if (!web) return undefined;
  const migrating = !workers && migrates(parts);
  const fleet = new ServerFleet(scope, 'web', {
    component: 'web',
    ...fleetBase(inputs, parts),
    instanceTypes: web.instanceTypes,
    volumeSize: web.rootVolume,
    capacity: { min: web.min, max: web.max },
    role: new InstanceRole(scope, 'web-role', { component: 'web' }),
    port: loadBalancer.targetGroup.port,
    target: { targetGroup: loadBalancer.targetGroup, loadBalancer },
    userData: {
      environment: { ...apiEnvironment(parts), ...(migrating ? migrationEnvironment(parts) : {}) },
      units: [...(migrating ? ['tiers-migrate.service'] : []), 'tiers-api.service'],
    },
  });
  const scaling = scalingOf(web);
  if (scaling) {
    fleet.scaleOnRequests(loadBalancer, scaling.requestsPerSecondPerInstance);
    fleet.forecastRequests(loadBalancer, scaling.requestsPerSecondPerInstance);
    fleet.scaleOnCpu(scaling.cpuTarget);
    fleet.scaleOnSchedule({
      timeZone,
      night: { hour: quietHours.from, min: scaling.nightMin },
      morning: { hour: quietHours.to, min: web.min },
    });
  }
  return fleet;
}

/** What takes jobs from the queue, on Spot; it migrates the schema before it starts. */
export function declareWorkers(
  scope: Construct,
  inputs: AppStackInputs,
  parts: ServiceParts,
): ServerFleet | undefined {
  const { workers } = parts.deployment;
  if (!workers || !parts.jobs) return undefined;
  return declareSpot(scope, inputs, parts, {
    component: WORKER_FLEET,
    ...workers,
    queue: parts.jobs,
    environment: workerEnvironment(parts),
    units: [...(migrates(parts) ? ['tiers-migrate.service'] : []), 'tiers-worker.service'],
  });
}

/** What makes videos, on Spot, of a queue of its own: one that takes minutes keeps no picture waiting. */
export function declareTranscoders(
  scope: Construct,
  inputs: AppStackInputs,
  parts: ServiceParts,
): ServerFleet | undefined {
  const { transcoders } = parts.deployment;
  if (!transcoders || !parts.videos) return undefined;
  return declareSpot(scope, inputs, parts, {
    component: TRANSCODER_FLEET,
    ...transcoders,
    queue: parts.videos,
    environment: transcoderEnvironment(parts, parts.videos),
    units: ['tiers-transcode.service'],
  });
}

type SpotFleet = NonNullable<Deployment['workers']> & {
  readonly component: string;
  readonly queue: WorkQueue;
  readonly environment: Record<string, string>;
  readonly units: string[];
};

/** A fleet that follows the backlog of its queue. */
function declareSpot(
  scope: Construct,
  inputs: AppStackInputs,
  parts: ServiceParts,
  { component, queue, environment, units, ...settings }: SpotFleet,
): ServerFleet {
  const fleet = new ServerFleet(scope, component, {
    component,
    ...fleetBase(inputs, parts),
    instanceTypes: settings.instanceTypes,
    volumeSize: settings.rootVolume,
    capacity: { min: settings.min, max: settings.max },
    role: new InstanceRole(scope, `${component}-role`, { component }),
    spot: {},
    userData: { environment, units },
  });
  fleet.scaleOnBacklog({ queueName: queue.name, messagesPerInstance: settings.backlogPerInstance });
  return fleet;
}

/** The machine that is all of it, set up from the release itself. */
export function declareServer(
  scope: Construct,
  { network: { network }, image: { release, scripts }, data: { volume } }: AppStackInputs,
  parts: ServiceParts,
): OneServer | undefined {
  const { deployment, logs } = parts;
  const { server, domain, region } = deployment;
  if (!server || !scripts) return undefined;
  const role = new InstanceRole(scope, 'server-role', { component: 'server' });
  release.grantRead(role);
  return new OneServer(scope, 'server', {
    network,
    instanceType: server.instanceType,
    architecture: architectureOf(server.instanceType),
    role,
    volumeSize: server.rootVolume,
    dataVolume: volume,
    setup: {
      ...release,
      ...scripts,
      version: deployment.serviceVersion,
      logGroup: logs.groupNames.api.replace(/\/api$/, ''),
      domains: [`www.${domain}`, `api.${domain}`, regionName(domain, region)],
      contact: deployment.contact,
      dataVolumeId: volume?.volumeId,
      environment: serverEnvironment(parts),
      units: ['tiers-migrate.service', 'tiers-api.service'],
    },
    prerequisites: logs.prerequisites,
  });
}

function fleetBase({ network: { network }, image: { fleets } }: AppStackInputs, { logs }: ServiceParts) {
  const { image, scalingRole } = fleets!;
  return {
    network,
    imageId: image.imageId,
    scalingRoleArn: scalingRole.arn,
    prerequisites: logs.prerequisites,
  };
}

/** What a region's stack has of machines. */
export interface Machines {
  readonly door?: Door;
  readonly server?: OneServer;
  readonly web?: ServerFleet;
  readonly workers?: ServerFleet;
  readonly transcoders?: ServerFleet;
}

/** Who reaches whom, and what each machine may do. */
export function connectMachines(
  { network: { network } }: AppStackInputs,
  parts: ServiceParts,
  { door, server, web, workers, transcoders }: Machines,
): void {
  parts.invalidations?.grantUse(web ?? server!);
  const { databases, cache, assets, jobs, sharedState, signingKey, clientConfig, writerRegion } = parts;
  const serves = web ?? server!;
  if (door && web) door.loadBalancer.connections.allowTo(web);
  for (const machine of [serves, ...(workers ? [workers] : []), ...(transcoders ? [transcoders] : [])]) {
    // One server reaches all of AWS by its own address.
    if (machine !== server) network.allowAwsApis(machine);
    for (const database of databases) {
      machine.connections.allowTo(database);
      database.grantConnect(machine);
    }
    parts.shardMap?.grantRead(machine);
    assets.grantList(machine);
    if (machine !== transcoders) sharedState?.grantReadWrite(machine);
    parts.errorTracking?.allow(machine);
  }
  if (cache) {
    serves.connections.allowTo(cache);
    cache.grantConnect(serves);
  }
  signingKey.grantRead(serves);
  clientConfig.grantRead(serves);
  writerRegion.grantRead(serves);
  jobs?.grantSend(serves);
  assets.grantWrite(serves, 'uploads/');
  assets.grantRead(serves, 'media/');
  assets.grantRead(serves, 'uploads/');

  parts.events?.grantPublish(serves);
  if (transcoders) {
    parts.videos?.grantConsume(transcoders);
    parts.videos?.grantReject(transcoders);
    assets.grantRead(transcoders, 'uploads/');
    assets.grantWrite(transcoders, 'media/');
  }

  const works = workers ?? serves;
  if (workers) {
    jobs?.grantConsume(workers);
    // What follows from a job is a job of its own.
    jobs?.grantSend(workers);
    jobs?.grantReject(workers);
    assets.grantRead(workers, 'uploads/');
  }
  parts.cdnInvalidation?.allow(works);
  assets.grantWrite(works, 'media/');
  // Who migrates also moves shards, and says where they are then.
  for (const database of databases) database.grantAdminSecret(works);
  if (migrates(parts)) parts.shardMap?.grantPublish(works);
}
