import type { Construct } from 'constructs';
import type { Deployment } from '../deployments/schema';
import { writerOf, writersOf } from '../deployments/writer';
import { inUtc } from '../lib/local-time';
import { CdnInvalidation } from '../modules/cdn-invalidation';
import { Certificate } from '../modules/certificate';
import { ClientConfig } from '../modules/client-config';
import { EncryptionKey } from '../modules/encryption-key';
import { ErrorTracking } from '../modules/error-tracking';
import { Events, EVENTS_TOPIC } from '../modules/events';
import { GeneratedSecret } from '../modules/generated-secret';
import { Invalidations } from '../modules/invalidations';
import { LoadBalancer } from '../modules/load-balancer';
import type { OneServer } from '../modules/one-server';
import { SecretRotation } from '../modules/secret-rotation';
import type { ServerFleet } from '../modules/server-fleet';
import { ServiceLogs } from '../modules/service-logs';
import { WebAcl } from '../modules/web-acl';
import { WorkQueue } from '../modules/work-queue';
import { ShardMap } from '../modules/shard-map';
import { WriterRegion } from '../modules/writer-region';
import type { DataStack } from './data-stack';
import type { GlobalStack } from './global-stack';
import type { ImageStack } from './image-stack';
import type { NetworkStack } from './network-stack';
import { connectMachines, declareServer, declareTranscoders, declareWeb, declareWorkers } from './machines';
import type { ServiceParts } from './service-environment';
import { TiersStack } from './tiers-stack';

/** Seconds in which a worker has to finish a message or ask for more time. */
const JOB_VISIBILITY = 60;

/** What has two takers: workers show a video as it is, transcoders make it into what every browser plays. */
const VIDEO_EVENTS = ['video.uploaded'];

/**
 * Requests from one address in five minutes, 200 a second: an address of CloudFront brings those of many users. What one user
 * may ask for through it is limited by the CDN's own web ACL.
 */
const REQUESTS_PER_ADDRESS = 60_000;

/** The stacks that a region's application stands on. */
export interface AppStackInputs {
  readonly global: GlobalStack;
  readonly network: NetworkStack;
  readonly image: ImageStack;
  readonly data: DataStack;
  /** Of the home region, for the app stack of another one: the key of the tokens is made there. */
  readonly home?: AppStack;
}

/** What stands before several servers. */
export interface Door {
  readonly certificate: Certificate;
  readonly loadBalancer: LoadBalancer;
  readonly webAcl: WebAcl;
}

/** The machines of a region: one server, or the fleet behind the balancer and the Spot workers of the queue. */
export class AppStack extends TiersStack {
  readonly door?: Door;
  readonly server?: OneServer;
  readonly web?: ServerFleet;
  readonly workers?: ServerFleet;
  readonly transcoders?: ServerFleet;
  readonly jobs?: WorkQueue;
  /** Of videos, for the transcoders. */
  readonly videos?: WorkQueue;
  /** Only where there are other regions with caches to tell. */
  readonly invalidations?: Invalidations;
  readonly logs: ServiceLogs;
  /** Made in the home region alone; its copies serve the others, so that a token of one is good in all. */
  readonly signingKey?: GeneratedSecret;
  readonly rotation?: SecretRotation;

  constructor(scope: Construct, id: string, deployment: Deployment, inputs: AppStackInputs) {
    super(scope, id, { environment: deployment, region: deployment.region });
    const { network } = inputs.network;
    const { data } = inputs;
    const encryptionKey = new EncryptionKey(this, 'encryption', { component: 'app' });

    if (deployment.web) this.door = this.declareDoor(deployment, inputs, encryptionKey);
    this.logs = new ServiceLogs(this, 'logs', {
      days: deployment.logDays,
      encryptionKey,
      transcodes: deployment.transcoders !== undefined,
    });
    const topics = deployment.transcoders && { component: EVENTS_TOPIC, regions: [deployment.region] };
    const queue = { encryptionKey, visibilityTimeout: JOB_VISIBILITY, topics };
    if (deployment.workers) this.jobs = new WorkQueue(this, 'jobs', { component: 'jobs', ...queue });
    if (deployment.transcoders)
      this.videos = new WorkQueue(this, 'videos', { component: 'videos', ...queue });
    const events =
      this.jobs && this.videos
        ? new Events(this, 'events', {
            encryptionKey,
            takers: {
              jobs: { queue: this.jobs, types: VIDEO_EVENTS },
              videos: { queue: this.videos, types: VIDEO_EVENTS },
            },
          })
        : undefined;
    if (data.cache && inputs.global.replicaKeys.length > 0)
      this.invalidations = new Invalidations(this, 'invalidations', {
        encryptionKey,
        writers: writersOf(deployment),
      });
    if (!inputs.home)
      this.signingKey = new GeneratedSecret(this, 'signing-key', {
        component: 'signing-key',
        encryptionKey,
        description: 'Signs the tokens of the users',
        length: 64,
        replicas: inputs.global.replicaKeys,
      });
    const parts: ServiceParts = {
      deployment,
      databases: data.databases,
      cache: data.cache,
      assets: data.assets,
      jobs: this.jobs,
      videos: this.videos,
      events,
      invalidations: this.invalidations,
      sharedState: inputs.global.sharedState?.in(deployment.region),
      signingKey: (inputs.home ?? this).signingKey!.in(deployment.region),
      clientConfig: new ClientConfig(this, 'client-config', {
        component: 'client-config',
        value: {
          features: {
            signUp: true,
            posts: true,
            pictures: true,
            videos: true,
            boosts: true,
            publicPages: true,
            statistics: true,
          },
        },
      }),
      ...(data.databases.length > 0
        ? { shardMap: new ShardMap(this, 'shard-map', { physical: data.databases.length }) }
        : {}),
      writerRegion: new WriterRegion(this, 'writer-region', { region: writerOf(deployment) }),
      logs: this.logs,
      ...(deployment.cdn
        ? { cdnInvalidation: new CdnInvalidation(this, 'cdn-invalidation', deployment) }
        : {}),
      ...(deployment.errorTracking
        ? { errorTracking: new ErrorTracking(this, 'error-tracking', deployment.errorTracking.sentry) }
        : {}),
    };
    if (this.signingKey)
      this.rotation = new SecretRotation(this, 'signing-key-rotation', {
        component: 'signing-key',
        secret: this.signingKey,
        schedule: deployment.secretRotation,
        quietHoursUtc: inUtc(deployment.quietHours, deployment.timeZone),
        version: deployment.serviceVersion,
        network,
        encryptionKey,
        logDays: deployment.logDays,
      });
    if (this.door) this.web = declareWeb(this, inputs, parts, this.door);
    this.server = declareServer(this, inputs, parts);
    this.workers = declareWorkers(this, inputs, parts);
    this.transcoders = declareTranscoders(this, inputs, parts);

    this.publishHardware({
      ...(deployment.server ? { server: deployment.server.hardware.reason } : {}),
      ...(deployment.web ? { web: deployment.web.hardware.reason } : {}),
      ...(deployment.workers ? { worker: deployment.workers.hardware.reason } : {}),
      ...(deployment.transcoders ? { transcoder: deployment.transcoders.hardware.reason } : {}),
    });
    if (this.door)
      this.publish(
        'load_balancer',
        'Name of the balancer, for trying a region before the edge leads to it',
        this.door.loadBalancer.dnsName,
      );
    if (this.server)
      this.publish(
        'address',
        'Address of the server, for trying it before the edge leads to it',
        this.server.address,
      );
    connectMachines(inputs, parts, this);
  }

  private declareDoor(
    deployment: Deployment,
    { network: { network }, data }: AppStackInputs,
    encryptionKey: EncryptionKey,
  ): Door {
    const certificate = new Certificate(this, 'certificate', { domain: deployment.domain });
    const loadBalancer = new LoadBalancer(this, 'load-balancer', {
      network,
      certificate,
      accessLogs: { bucketName: data.accessLogs.logBucketName, prefix: 'load-balancer' },
      deletionProtection: deployment.deletionProtection,
    });
    const webAcl = new WebAcl(this, 'web-acl', {
      component: 'load-balancer',
      scope: 'REGIONAL',
      requestsPerAddress: REQUESTS_PER_ADDRESS,
      encryptionKey,
      logDays: deployment.logDays,
    });
    webAcl.guard(loadBalancer);
    return { certificate, loadBalancer, webAcl };
  }
}
