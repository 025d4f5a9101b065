import type { Construct } from 'constructs';
import type { Deployment } from '../deployments/schema';
import { inUtc } from '../lib/local-time';
import { Certificate } from '../modules/certificate';
import { ClientConfig } from '../modules/client-config';
import { EncryptionKey } from '../modules/encryption-key';
import { ErrorTracking } from '../modules/error-tracking';
import { GeneratedSecret } from '../modules/generated-secret';
import { InstanceRole } from '../modules/instance-role';
import { LoadBalancer } from '../modules/load-balancer';
import { SecretRotation } from '../modules/secret-rotation';
import { ServerFleet } from '../modules/server-fleet';
import { ServiceLogs } from '../modules/service-logs';
import { WebAcl } from '../modules/web-acl';
import { WorkQueue } from '../modules/work-queue';
import type { DataStack } from './data-stack';
import type { GlobalStack } from './global-stack';
import type { ImageStack } from './image-stack';
import type { NetworkStack } from './network-stack';
import { apiEnvironment, workerEnvironment, type ServiceParts } from './service-environment';
import { TiersStack } from './tiers-stack';

/** Seconds in which a worker has to finish a message or ask for more time. */
const JOB_VISIBILITY = 60;

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

/** The stateless half of a region: the balancer, the web fleet behind it, the queue and its Spot workers. */
export class AppStack extends TiersStack {
  readonly certificate: Certificate;
  readonly loadBalancer: LoadBalancer;
  readonly webAcl: WebAcl;
  readonly web: ServerFleet;
  readonly workers: ServerFleet;
  readonly jobs: WorkQueue;
  readonly logs: ServiceLogs;
  /** Made in the home region alone; its copies serve the others, so that a token of one is good in all. */
  readonly signingKey?: GeneratedSecret;
  readonly rotation?: SecretRotation;

  constructor(scope: Construct, id: string, deployment: Deployment, inputs: AppStackInputs) {
    super(scope, id, { environment: deployment, region: deployment.region });
    const { network } = inputs.network;
    const { data } = inputs;
    const encryptionKey = new EncryptionKey(this, 'encryption', { component: 'app' });

    this.certificate = new Certificate(this, 'certificate', { domain: deployment.domain });
    this.loadBalancer = new LoadBalancer(this, 'load-balancer', {
      network,
      certificate: this.certificate,
      accessLogs: { bucketName: data.accessLogs.logBucketName, prefix: 'load-balancer' },
      deletionProtection: deployment.deletionProtection,
    });
    this.webAcl = new WebAcl(this, 'web-acl', {
      component: 'load-balancer',
      scope: 'REGIONAL',
      requestsPerAddress: REQUESTS_PER_ADDRESS,
      encryptionKey,
      logDays: deployment.logDays,
    });
    this.webAcl.guard(this.loadBalancer);
    this.logs = new ServiceLogs(this, 'logs', { days: deployment.logDays, encryptionKey });
    const { prerequisites } = this.logs;
    this.jobs = new WorkQueue(this, 'jobs', {
      component: 'jobs',
      encryptionKey,
      visibilityTimeout: JOB_VISIBILITY,
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
      database: data.database,
      cache: data.cache,
      assets: data.assets,
      jobs: this.jobs,
      sharedState: inputs.global.sharedState.in(deployment.region),
      signingKey: (inputs.home ?? this).signingKey!.in(deployment.region),
      clientConfig: new ClientConfig(this, 'client-config', {
        component: 'client-config',
        value: { features: { signUp: true, posts: true, pictures: true, boosts: true } },
      }),
      logs: this.logs,
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
    const { imageId } = inputs.image.image;
    const scalingRoleArn = inputs.image.scalingRole.arn;

    this.web = new ServerFleet(this, 'web', {
      component: 'web',
      network,
      imageId,
      scalingRoleArn,
      instanceTypes: deployment.web.instanceTypes,
      volumeSize: deployment.web.rootVolume,
      capacity: { min: deployment.web.min, max: deployment.web.max },
      role: new InstanceRole(this, 'web-role', { component: 'web' }),
      port: this.loadBalancer.targetGroup.port,
      target: { targetGroup: this.loadBalancer.targetGroup, loadBalancer: this.loadBalancer },
      userData: { environment: apiEnvironment(parts), units: ['tiers-api.service'] },
      prerequisites,
    });
    this.web.scaleOnRequests(this.loadBalancer, deployment.web.requestsPerSecondPerInstance);
    this.web.forecastRequests(this.loadBalancer, deployment.web.requestsPerSecondPerInstance);
    this.web.scaleOnCpu(deployment.web.cpuTarget);
    this.web.scaleOnSchedule({
      timeZone: deployment.timeZone,
      night: { hour: deployment.quietHours.from, min: deployment.web.nightMin },
      morning: { hour: deployment.quietHours.to, min: deployment.web.min },
    });

    this.workers = new ServerFleet(this, 'worker', {
      component: 'worker',
      network,
      imageId,
      scalingRoleArn,
      instanceTypes: deployment.workers.instanceTypes,
      volumeSize: deployment.workers.rootVolume,
      capacity: { min: deployment.workers.min, max: deployment.workers.max },
      role: new InstanceRole(this, 'worker-role', { component: 'worker' }),
      spot: {},
      userData: {
        environment: workerEnvironment(parts),
        units: ['tiers-migrate.service', 'tiers-worker.service'],
      },
      prerequisites,
    });
    this.workers.scaleOnBacklog({
      queueName: this.jobs.name,
      messagesPerInstance: deployment.workers.backlogPerInstance,
    });

    this.publishHardware({
      web: deployment.web.hardware.reason,
      worker: deployment.workers.hardware.reason,
    });
    this.publish(
      'load_balancer',
      'Name of the balancer, for trying a region before the edge leads to it',
      this.loadBalancer.dnsName,
    );
    this.connect(inputs, parts);
  }

  private connect({ network: { network } }: AppStackInputs, parts: ServiceParts): void {
    const { database, cache, assets, jobs, sharedState, signingKey, clientConfig } = parts;
    this.loadBalancer.connections.allowTo(this.web);
    for (const fleet of [this.web, this.workers]) {
      network.allowAwsApis(fleet);
      fleet.connections.allowTo(database);
      database.grantConnect(fleet);
      assets.grantList(fleet);
      parts.errorTracking?.allow(fleet);
    }
    if (cache) {
      this.web.connections.allowTo(cache);
      cache.grantConnect(this.web);
    }
    sharedState.grantReadWrite(this.web);
    signingKey.grantRead(this.web);
    clientConfig.grantRead(this.web);
    jobs.grantSend(this.web);
    assets.grantWrite(this.web, 'uploads/');
    assets.grantRead(this.web, 'media/');
    assets.grantRead(this.web, 'uploads/');

    jobs.grantConsume(this.workers);
    assets.grantRead(this.workers, 'uploads/');
    assets.grantWrite(this.workers, 'media/');
    database.grantAdminSecret(this.workers);
  }
}
