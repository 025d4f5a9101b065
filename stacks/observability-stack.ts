import type { Construct } from 'constructs';
import type { Deployment } from '../deployments/schema';
import { Alarms, AlarmTopics } from '../modules/alarms';
import { Dashboard } from '../modules/dashboard';
import { EncryptionKey } from '../modules/encryption-key';
import { EventTickets } from '../modules/event-tickets';
import { Inspection } from '../modules/inspection';
import type { AppStack } from './app-stack';
import type { DataStack } from './data-stack';
import type { GlobalStack } from './global-stack';
import type { NetworkStack } from './network-stack';
import { AVAILABILITY, RESPONSE_TIMES } from './objectives';
import { CURRENCIES, WEB_FLEET, WORKER_FLEET } from './service-environment';
import { TiersStack } from './tiers-stack';

/** The stacks that are watched. */
export interface ObservabilityInputs {
  readonly global: GlobalStack;
  readonly network: NetworkStack;
  readonly data: DataStack;
  readonly app: AppStack;
}

/** What tells people how a region is doing: alarms by grade, and the dashboard. */
export class ObservabilityStack extends TiersStack {
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
    const topics = new AlarmTopics(this, 'topics', { contact: deployment.contact, encryptionKey });
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
    new Alarms(this, 'alarms', {
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
      objectives: { availability: AVAILABILITY, responseTimes: RESPONSE_TIMES },
      workflows: [inspection.workflow],
      natGateways: network.network.natGateways,
      certificate: app.certificate,
      webAcl: app.webAcl,
      inspection: inspection.namespace,
    });
    new Dashboard(this, 'dashboard', {
      loadBalancer,
      web,
      workers,
      databases: [{ identifiers }],
      cache,
      queue: jobs,
      table,
      service: {
        namespace: logs.namespace,
        endpoints: RESPONSE_TIMES.map(({ endpoint }) => endpoint),
        machines: { web: WEB_FLEET, workers: WORKER_FLEET },
        jobs: ['thumbnail'],
        currencies: CURRENCIES,
        errorLines: logs.errorLines,
        groupNames: logs.groupNames,
      },
    });
  }
}
