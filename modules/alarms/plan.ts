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
import { errorAlarms, outboxAlarm, silenceAlarm, type ServiceInput } from './service';
import { serverAlarms, type ServerInput } from './server';
import { fillSkewAlarms, skewAlarms } from './shards';
import { storageAlarms } from './storage';
import { rotationAlarm, type RotationInput } from './rotation';
import type { AlarmPlan } from './types';
import { webAclAlarm } from './web-acl';
import { invalidationAlarms, type InvalidationsInput } from './invalidations';
import { queueAlarms, tableAlarms, type QueueInput, type TableInput } from './work';
import { workflowAlarms, type WorkflowInput } from './workflows';

/** What is watched in one region, as plain data: names that CloudWatch knows, and sizes that thresholds follow. */
export interface AlarmInput {
  /** Several servers, and what stands before them. */
  readonly front?: {
    readonly loadBalancer: LoadBalancerInput;
    readonly certificate: { readonly arn: string };
    /** Metric name and region of the web ACL before the balancer. */
    readonly webAcl: { readonly name: string; readonly region: string };
  };
  /** The one server. */
  readonly server?: ServerInput;
  readonly fleets: readonly FleetInput[];
  /** One for each physical shard. */
  readonly databases: readonly DatabaseInput[];
  readonly cache?: CacheInput;
  readonly queue?: QueueInput;
  /** Of the transcoders. */
  readonly videos?: QueueInput;
  readonly invalidations?: InvalidationsInput;
  readonly table?: TableInput;
  readonly service: ServiceInput;
  readonly objectives: ObjectivesInput;
  readonly canary?: CanaryInput;
  /** Secrets that get new values on a schedule. */
  readonly rotations: readonly RotationInput[];
  /** Work by the clock. */
  readonly workflows: readonly WorkflowInput[];
  readonly natGateways: readonly NatInput[];
  /** Namespace of the daily inspection's figures. */
  readonly inspection?: string;
}

/** All alarms of a region, as plain data. Each id is unique. */
export function planAlarms(input: AlarmInput): readonly AlarmPlan[] {
  const { front } = input;
  return [
    ...(front
      ? [
          ...loadBalancerAlarms(front.loadBalancer),
          ...objectiveAlarms(input.objectives, input.service.namespace, front.loadBalancer),
        ]
      : []),
    ...(input.server ? serverAlarms(input.server, input.service.namespace) : []),
    ...input.fleets.flatMap((fleet) => [
      ...fleetAlarms(fleet),
      ...machineAlarms(fleet, input.service.namespace),
      silenceAlarm(fleet),
    ]),
    ...errorAlarms(input.service),
    outboxAlarm(input.service),
    ...input.databases.flatMap(databaseAlarms),
    ...(input.cache ? cacheAlarms(input.cache) : []),
    ...[input.queue ?? [], input.videos ?? []].flat().flatMap(queueAlarms),
    ...(input.invalidations ? invalidationAlarms(input.invalidations) : []),
    ...(input.table ? tableAlarms(input.table) : []),
    ...(input.canary ? canaryAlarms(input.canary) : []),
    ...input.rotations.map(rotationAlarm),
    ...input.workflows.flatMap(workflowAlarms),
    ...(front ? [webAclAlarm({ id: 'web-acl-blocked', guards: 'the load balancer', ...front.webAcl })] : []),
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
    ...(inspection === undefined ? [] : shards.flatMap((shard) => storageAlarms({ ...shard, inspection }))),
    ...(inspection === undefined ? [] : fillSkewAlarms(shards, inspection)),
    ...skewAlarms(shards.map(({ identifier }) => identifier)),
    ...(inspection === undefined
      ? []
      : ageAlarms({ inspection, fleets, databases: shards, cache: input.cache })),
    ...input.natGateways.flatMap(natAlarms),
    ...quotaAlarms(),
    ...(input.front
      ? [certificateAlarm('certificate-ends', 'the load balancer', input.front.certificate.arn)]
      : []),
  ];
}
