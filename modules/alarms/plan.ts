import { cacheAlarms, type CacheInput } from './cache';
import { databaseAlarms, type DatabaseInput } from './database';
import { fleetAlarms, type FleetInput } from './fleet';
import { loadBalancerAlarms, type LoadBalancerInput } from './load-balancer';
import { machineAlarms } from './machines';
import { objectiveAlarms, type ObjectivesInput } from './objectives';
import { errorAlarms, silenceAlarm, type ServiceInput } from './service';
import type { AlarmPlan } from './types';
import { queueAlarms, tableAlarms, type QueueInput, type TableInput } from './work';
import { workflowAlarms, type WorkflowInput } from './workflows';

/** What is watched in one region, as plain data: names that CloudWatch knows, and sizes that thresholds follow. */
export interface AlarmInput {
  readonly loadBalancer: LoadBalancerInput;
  readonly fleets: readonly FleetInput[];
  /** One for each physical shard. */
  readonly databases: readonly DatabaseInput[];
  readonly cache?: CacheInput;
  readonly queue: QueueInput;
  readonly table: TableInput;
  readonly service: ServiceInput;
  readonly objectives: ObjectivesInput;
  /** Work by the clock. */
  readonly workflows: readonly WorkflowInput[];
}

/** All alarms of a region, as plain data. Each id is unique. */
export function planAlarms(input: AlarmInput): readonly AlarmPlan[] {
  return [
    ...loadBalancerAlarms(input.loadBalancer),
    ...objectiveAlarms(input.objectives, input.service.namespace, input.loadBalancer),
    ...input.fleets.flatMap((fleet) => [
      ...fleetAlarms(fleet),
      ...machineAlarms(fleet, input.service.namespace),
      silenceAlarm(fleet),
    ]),
    ...errorAlarms(input.service),
    ...input.databases.flatMap(databaseAlarms),
    ...(input.cache ? cacheAlarms(input.cache) : []),
    ...queueAlarms(input.queue),
    ...tableAlarms(input.table),
    ...input.workflows.flatMap(workflowAlarms),
  ];
}
