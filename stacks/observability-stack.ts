import type { Construct } from 'constructs';
import type { Deployment } from '../deployments/schema';
import { placeOf } from '../lib/place';
import { AlarmPath } from '../modules/alarm-path';
import { Alarms, AlarmTopics, type AlarmsProps, type WorkflowInput } from '../modules/alarms';
import { Canary } from '../modules/canary';
import { businessNamespace, DailyReport } from '../modules/daily-report';
import { Dashboard } from '../modules/dashboard';
import { EncryptionKey } from '../modules/encryption-key';
import { EventTickets } from '../modules/event-tickets';
import { Inspection } from '../modules/inspection';
import { ErrorDigest } from '../modules/error-digest';
import { LogPipeline } from '../modules/log-pipeline';
import { MetricExport } from '../modules/metric-export';
import { NotificationTopic } from '../modules/notification-topic';
import type { ServerFleet } from '../modules/server-fleet';
import type { AppStack } from './app-stack';
import type { DataStack } from './data-stack';
import type { GlobalStack } from './global-stack';
import type { NetworkStack } from './network-stack';
import { chatGrades, drillHour } from './notifications';
import { AVAILABILITY, RESPONSE_TIMES } from './objectives';
import { serversOf } from './roster';
import { CURRENCIES, TRANSCODER_FLEET, WEB_FLEET, WORKER_FLEET } from './service-environment';
import { TiersStack } from './tiers-stack';

/** The stacks that are watched. */
export interface ObservabilityInputs {
  readonly global: GlobalStack;
  readonly network: NetworkStack;
  readonly data: DataStack;
  readonly app: AppStack;
}

/** Whose metrics go on where `metricsExport` does not say: those of the tiers. */
const EXPORTED_NAMESPACES = [
  'AWS/ApplicationELB',
  'AWS/AutoScaling',
  'AWS/DynamoDB',
  'AWS/EC2',
  'AWS/ElastiCache',
  'AWS/NATGateway',
  'AWS/RDS',
  'AWS/SQS',
  'CloudWatchSynthetics',
] as const;

/** What there is beside alarms. */
interface Insight {
  readonly inspection: Inspection;
  readonly canary: Canary;
  readonly pipeline: LogPipeline;
  readonly workflows: readonly WorkflowInput[];
}

/** What tells people how a region is doing: alarms by grade, and the dashboard. */
export class ObservabilityStack extends TiersStack {
  readonly topics: AlarmTopics;

  constructor(
    scope: Construct,
    id: string,
    deployment: Deployment,
    { global, network, data, app }: ObservabilityInputs,
  ) {
    super(scope, id, { environment: deployment, region: deployment.region });
    const identifiers = data.databases.flatMap((database) => database.identifiers);

    const encryptionKey = new EncryptionKey(this, 'encryption', { component: 'observability' });
    const topics = new AlarmTopics(this, 'topics', {
      contact: deployment.contact,
      chat: chatGrades(deployment),
      encryptionKey,
    });
    this.topics = topics;
    new AlarmPath(this, 'alarm-path', {
      topics,
      hour: drillHour(deployment),
      timeZone: deployment.timeZone,
      encryptionKey,
    });
    if (identifiers.length > 0)
      new EventTickets(this, 'events', { topic: topics.ticket, databases: identifiers });
    const insight = this.insight(deployment, { data, app }, encryptionKey);
    const { alarmArns } = new Alarms(this, 'alarms', {
      topics,
      ...machinesOf(deployment, app),
      databases: databasesOf(deployment, data),
      cache: data.cache,
      queue: app.jobs,
      videos: app.videos,
      invalidations: app.invalidations?.queue,
      table: global.sharedState,
      service: app.logs,
      canary: insight?.canary.watched,
      rotations: [...data.rotations, app.rotation].flatMap((rotation) => rotation?.watched ?? []),
      objectives: { availability: AVAILABILITY, responseTimes: RESPONSE_TIMES },
      workflows: insight?.workflows,
      natGateways: network.network.natGateways,
      inspection: insight?.inspection.namespace,
    });
    if (!insight) return;
    this.export(deployment, app, insight.pipeline, topics, encryptionKey);
    this.dashboard(deployment, { global, network, data, app }, { ...insight, alarmArns });
  }

  /** What is looked at by the day and from outside; nothing where alarms are all there is. */
  private insight(
    deployment: Deployment,
    { data, app }: Pick<ObservabilityInputs, 'data' | 'app'>,
    encryptionKey: EncryptionKey,
  ): Insight | undefined {
    const { observability } = deployment;
    if (!observability) return undefined;
    const inspection = new Inspection(this, 'inspection', {
      fleets: [
        { machines: WEB_FLEET, autoScalingGroupName: app.web!.autoScalingGroupName },
        { machines: WORKER_FLEET, autoScalingGroupName: app.workers!.autoScalingGroupName },
        ...(app.transcoders
          ? [{ machines: TRANSCODER_FLEET, autoScalingGroupName: app.transcoders.autoScalingGroupName }]
          : []),
      ],
      databases: data.databases.flatMap(({ identifiers: [first] }) => first ?? []),
      cache: data.cache,
      encryptionKey,
      logDays: deployment.logDays,
    });
    const canary = new Canary(this, 'canary', {
      runs: deployment.canary ?? { enabled: true, everyMinutes: 5 },
      siteUrl: `https://www.${deployment.domain}`,
      apiUrl: `https://api.${deployment.domain}`,
      version: deployment.serviceVersion,
      encryptionKey,
      accessLogs: data.accessLogs,
      keepObjects: deployment.deletionProtection,
    });
    const pipeline = new LogPipeline(this, 'log-pipeline', {
      groupNames: app.logs.groupNames,
      encryptionKey,
      accessLogs: data.accessLogs,
      days: observability.archiveDays,
      logDays: deployment.logDays,
      keepObjects: deployment.deletionProtection,
    });
    const reports = this.report(deployment, pipeline, encryptionKey);
    return { inspection, canary, pipeline, workflows: [inspection.workflow, ...reports] };
  }

  /** The metrics go on to where the reader keeps others. */
  private export(
    deployment: Deployment,
    { logs }: AppStack,
    pipeline: LogPipeline,
    topics: AlarmTopics,
    encryptionKey: EncryptionKey,
  ): void {
    const { metricsExport } = deployment;
    if (metricsExport) {
      new MetricExport(this, 'metric-export', {
        datadog: metricsExport.datadog,
        namespaces: metricsExport.datadog.namespaces ?? [
          ...EXPORTED_NAMESPACES,
          logs.namespace,
          businessNamespace(placeOf(this)),
        ],
        percentiles: [
          { namespace: 'AWS/ApplicationELB', metric: 'TargetResponseTime' },
          { namespace: logs.namespace, metric: 'Latency' },
        ],
        bucket: pipeline.bucket,
        encryptionKey,
        logDays: deployment.logDays,
        topics,
      });
    }
  }

  private dashboard(
    deployment: Deployment,
    { global, network, data, app }: ObservabilityInputs,
    { alarmArns, canary, inspection }: Insight & Pick<Alarms, 'alarmArns'>,
  ): void {
    const { logs } = app;
    new Dashboard(this, 'dashboard', {
      alarms: alarmArns,
      servers: serversOf(deployment),
      ...app.door!,
      natGateways: network.network.natGateways,
      web: app.web!,
      workers: app.workers!,
      transcoders: app.transcoders,
      databases: data.databases,
      cache: data.cache,
      queue: app.jobs!,
      videos: app.videos,
      table: global.sharedState!,
      service: {
        namespace: logs.namespace,
        objectives: RESPONSE_TIMES,
        machines: {
          web: WEB_FLEET,
          workers: WORKER_FLEET,
          ...(app.transcoders ? { transcoders: TRANSCODER_FLEET } : {}),
        },
        jobs: ['thumbnail', ...(app.transcoders ? ['video.uploaded'] : [])],
        currencies: CURRENCIES,
        errorLines: logs.errorLines,
        groupNames: logs.groupNames,
      },
      business: businessNamespace(placeOf(this)),
      canary: canary.watched,
      inspection: inspection.namespace,
    });
  }

  /** What tells people of the service's lines by itself; what must not stop doing so is given back. */
  private report(
    { contact, logDays, timeZone }: Deployment,
    logs: LogPipeline,
    encryptionKey: EncryptionKey,
  ): readonly WorkflowInput[] {
    const topic = new NotificationTopic(this, 'reports', {
      component: 'reports',
      encryptionKey,
      publishers: [],
      contact,
    });
    const report = new DailyReport(this, 'daily-report', { logs, topic, timeZone, encryptionKey, logDays });
    const digest = new ErrorDigest(this, 'error-digest', { logs, topic, encryptionKey, logDays });
    return [
      {
        label: 'daily-report',
        stateMachineArn: report.stateMachineArn,
        every: 86_400,
        missed: 'nobody gets the report of the day, and its figures are missing on the dashboard',
      },
      {
        label: 'error-digest',
        stateMachineArn: digest.stateMachineArn,
        every: 3_600,
        missed: 'nobody hears of new kinds of errors until there are many',
      },
    ];
  }
}

/** The machines as alarms know them: one server, or the fleets and what stands before them. */
function machinesOf(
  { server, web, workers, transcoders }: Deployment,
  app: AppStack,
): Pick<AlarmsProps, 'server' | 'front' | 'workers' | 'transcoders'> {
  const fleet = (
    machines: string,
    asked: { readonly min: number; readonly instanceTypes: readonly string[] } | undefined,
    made: ServerFleet | undefined,
  ) =>
    asked &&
    made && {
      autoScalingGroupName: made.autoScalingGroupName,
      machines,
      fewest: asked.min,
      instanceTypes: asked.instanceTypes,
    };
  const atNight = web && { ...web, min: web.nightMin ?? web.min };
  const front = fleet(WEB_FLEET, atNight, app.web);
  return {
    ...(server && app.server
      ? {
          server: {
            instanceId: app.server.instanceId,
            machines: WEB_FLEET,
            instanceTypes: [server.instanceType],
          },
        }
      : {}),
    ...(front && app.door ? { front: { ...app.door, web: front } } : {}),
    workers: fleet(WORKER_FLEET, workers, app.workers),
    transcoders: fleet(TRANSCODER_FLEET, transcoders, app.transcoders),
  };
}

function databasesOf({ database }: Deployment, { databases }: DataStack): AlarmsProps['databases'] {
  if (!database) return [];
  const { instanceClass, storage, maxStorage } = database;
  return databases.map(({ members }) => ({ instances: members, instanceClass, storage, maxStorage }));
}
