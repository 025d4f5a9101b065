import type { Construct } from 'constructs';
import type { Deployment } from '../deployments/schema';
import { Alarms, AlarmTopics } from '../modules/alarms';
import { Dashboard } from '../modules/dashboard';
import { EncryptionKey } from '../modules/encryption-key';
import type { AppStack } from './app-stack';
import type { DataStack } from './data-stack';
import type { GlobalStack } from './global-stack';
import { AVAILABILITY, RESPONSE_TIMES } from './objectives';
import { CURRENCIES, WEB_FLEET, WORKER_FLEET } from './service-environment';
import { TiersStack } from './tiers-stack';

/** The stacks that are watched. */
export interface ObservabilityInputs {
  readonly global: GlobalStack;
  readonly data: DataStack;
  readonly app: AppStack;
}

/** What tells people how a region is doing: alarms by grade, and the dashboard. */
export class ObservabilityStack extends TiersStack {
  constructor(
    scope: Construct,
    id: string,
    deployment: Deployment,
    { global, data, app }: ObservabilityInputs,
  ) {
    super(scope, id, { environment: deployment, region: deployment.region });
    const { loadBalancer, web, workers, jobs, logs } = app;
    const { cache } = data;
    const { identifiers, members } = data.database;
    const { instanceClass, storage } = deployment.database;
    const table = global.sharedState;

    const topics = new AlarmTopics(this, 'topics', {
      contact: deployment.contact,
      encryptionKey: new EncryptionKey(this, 'encryption', { component: 'observability' }),
    });
    new Alarms(this, 'alarms', {
      topics,
      loadBalancer,
      web: {
        autoScalingGroupName: web.autoScalingGroupName,
        machines: WEB_FLEET,
        fewest: deployment.web.nightMin,
      },
      workers: {
        autoScalingGroupName: workers.autoScalingGroupName,
        machines: WORKER_FLEET,
        fewest: deployment.workers.min,
      },
      databases: [{ instances: members, instanceClass, storage }],
      cache,
      queue: jobs,
      table,
      service: logs,
      objectives: { availability: AVAILABILITY, responseTimes: RESPONSE_TIMES },
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
