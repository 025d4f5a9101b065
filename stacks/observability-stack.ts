import type { Construct } from 'constructs';
import type { Deployment } from '../deployments/schema';
import { placeOf } from '../lib/place';
import { AlarmPath } from '../modules/alarm-path';
import { Alarms, AlarmTopics, type WorkflowInput } from '../modules/alarms';
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
import type { AppStack } from './app-stack';
import type { DataStack } from './data-stack';
import type { GlobalStack } from './global-stack';
import type { NetworkStack } from './network-stack';
import { chatGrades, drillHour } from './notifications';
import { AVAILABILITY, RESPONSE_TIMES } from './objectives';
import { serversOf } from './roster';
import { CURRENCIES, WEB_FLEET, WORKER_FLEET } from './service-environment';
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
    const { loadBalancer, web, workers, jobs, logs } = app;
    const { cache } = data;
    const { identifiers, members } = data.database;
    const { instanceClass, storage, maxStorage } = deployment.database;
    const table = global.sharedState;

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
    new EventTickets(this, 'events', { topic: topics.ticket, databases: identifiers });
    const inspection = new Inspection(this, 'inspection', {
      fleets: [
        { machines: WEB_FLEET, autoScalingGroupName: web.autoScalingGroupName },
        { machines: WORKER_FLEET, autoScalingGroupName: workers.autoScalingGroupName },
      ],
      databases: identifiers.slice(0, 1),
      cache,
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
      groupNames: logs.groupNames,
      encryptionKey,
      accessLogs: data.accessLogs,
      days: deployment.logDays,
      logDays: deployment.logDays,
      keepObjects: deployment.deletionProtection,
    });
    const { alarmArns } = new Alarms(this, 'alarms', {
      topics,
      loadBalancer,
      web: {
        autoScalingGroupName: web.autoScalingGroupName,
        machines: WEB_FLEET,
        fewest: deployment.web.nightMin,
        instanceTypes: deployment.web.instanceTypes,
      },
      workers: {
        autoScalingGroupName: workers.autoScalingGroupName,
        machines: WORKER_FLEET,
        fewest: deployment.workers.min,
        instanceTypes: deployment.workers.instanceTypes,
      },
      databases: [{ instances: members, instanceClass, storage, maxStorage }],
      cache,
      queue: jobs,
      table,
      service: logs,
      canary: canary.watched,
      rotations: [...data.rotation.watched, ...(app.rotation?.watched ?? [])],
      objectives: { availability: AVAILABILITY, responseTimes: RESPONSE_TIMES },
      workflows: [inspection.workflow, ...this.report(deployment, pipeline, encryptionKey)],
      natGateways: network.network.natGateways,
      door: app,
      inspection: inspection.namespace,
    });
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
    new Dashboard(this, 'dashboard', {
      alarms: alarmArns,
      servers: serversOf(deployment),
      loadBalancer,
      webAcl: app.webAcl,
      certificate: app.certificate,
      natGateways: network.network.natGateways,
      web,
      workers,
      databases: [{ identifiers }],
      cache,
      queue: jobs,
      table,
      service: {
        namespace: logs.namespace,
        objectives: RESPONSE_TIMES,
        machines: { web: WEB_FLEET, workers: WORKER_FLEET },
        jobs: ['thumbnail'],
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
