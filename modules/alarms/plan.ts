import { ageAlarms } from './ages';
import { canaryAlarms, type CanaryInput } from './canary';
import { cacheAlarms, type CacheInput } from './cache';
import { certificateAlarm } from './certificate';
import { creditAlarm } from './credits';
import { databaseAlarms, type DatabaseInput } from './database';
import { fleetAlarms, type FleetInput } from './fleet';
import { loadBalancerAlarms, type LoadBalancerInput } from './load-balancer';
import { machineAlarms } from './machines';
import { natAlarms, type NatInput } from './nat';
import { networkAlarms } from './network';
import { objectiveAlarms, type ObjectivesInput } from './objectives';
import { quotaAlarms } from './quotas';
import { errorAlarms, silenceAlarm, type ServiceInput } from './service';
import { skewAlarms } from './shards';
import { storageAlarms } from './storage';
import { rotationAlarm, type RotationInput } from './rotation';
import type { AlarmPlan } from './types';
import { webAclAlarm } from './web-acl';
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
  readonly canary?: CanaryInput;
  /** Secrets that get new values on a schedule. */
  readonly rotations: readonly RotationInput[];
  /** Work by the clock. */
  readonly workflows: readonly WorkflowInput[];
  readonly natGateways: readonly NatInput[];
  readonly certificate: { readonly arn: string };
  /** Metric name and region of the web ACL before the balancer. */
  readonly webAcl: { readonly name: string; readonly region: string };
  /** Namespace of the daily inspection's figures. */
  readonly inspection: string;
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
    ...(input.canary ? canaryAlarms(input.canary) : []),
    ...input.rotations.map(rotationAlarm),
    ...input.workflows.flatMap(workflowAlarms),
    webAclAlarm({ id: 'web-acl-blocked', guards: 'the load balancer', ...input.webAcl }),
    ...inAdvance(input),
  ];
}

/** What is no trouble yet, and will be. */
function inAdvance(input: AlarmInput): readonly AlarmPlan[] {
  const { fleets, databases, inspection } = input;
  const shards = databases.map(({ instances: [first], ...database }) => ({ ...database, ...first! }));
  return [
    ...fleets.flatMap((fleet) => [
      ...networkAlarms(fleet, input.service.namespace),
      ...creditAlarm(fleet.label, `the ${fleet.label} fleet`, fleet.instanceTypes, {
        namespace: 'AWS/EC2',
        dimensions: { AutoScalingGroupName: fleet.autoScalingGroupName },
      }),
    ]),
    ...databases.flatMap(({ instances, instanceClass }) =>
      instances.flatMap(({ identifier, label }) =>
        creditAlarm(label, `database ${label}`, [instanceClass], {
          namespace: 'AWS/RDS',
          dimensions: { DBInstanceIdentifier: identifier },
        }),
      ),
    ),
    ...shards.flatMap((shard) => storageAlarms({ ...shard, inspection })),
    ...skewAlarms(shards.map(({ identifier }) => identifier)),
    ...ageAlarms({ inspection, fleets, databases: shards, cache: input.cache }),
    ...input.natGateways.flatMap(natAlarms),
    ...quotaAlarms(),
    certificateAlarm('certificate-ends', 'the load balancer', input.certificate.arn),
  ];
}
