import { Construct } from 'constructs';
import { placeOf } from '../../lib/place';
import type { CacheInput } from './cache';
import type { CanaryInput } from './canary';
import type { DatabaseInput } from './database';
import type { FleetInput } from './fleet';
import { COMPOSITES } from './composites';
import { declareAlarms } from './declare';
import type { NatInput } from './nat';
import type { ObjectivesInput } from './objectives';
import { planAlarms } from './plan';
import type { RotationInput } from './rotation';
import type { ServiceInput } from './service';
import type { AlarmTopics } from './topics';
import type { Grade } from './types';
import type { WorkflowInput } from './workflows';

export interface AlarmsProps {
  /** Where pages and tickets go. */
  readonly topics: AlarmTopics;
  readonly loadBalancer: { readonly arnSuffix: string; readonly targetGroup: { readonly arnSuffix: string } };
  /** The fleet behind the balancer, whose fewest instances are also the fewest that must be healthy. */
  readonly web: Omit<FleetInput, 'label' | 'groupName'>;
  readonly workers: Omit<FleetInput, 'label' | 'groupName'>;
  /** One for each physical shard. */
  readonly databases: readonly DatabaseInput[];
  /** Leave it out where there is no cache. */
  readonly cache?: CacheInput;
  readonly queue: { readonly name: string; readonly deadLetterName: string };
  readonly table: { readonly tableName: string };
  /** Logs of the service and the metrics in them. */
  readonly service: ServiceInput;
  /** What users are promised; missing it fast pages, missing it slowly makes a ticket. */
  readonly objectives: ObjectivesInput;
  /** The look from outside. Leave it out where nobody looks. */
  readonly canary?: CanaryInput;
  /** Secrets that get new values on a schedule. Default: none. */
  readonly rotations?: readonly RotationInput[];
  /** Work by the clock that must not be missed. Default: none. */
  readonly workflows?: readonly WorkflowInput[];
  readonly natGateways: readonly NatInput[];
  /** What stands before the balancer. */
  readonly door: {
    readonly certificate: { readonly arn: string };
    readonly webAcl: { readonly name: string };
  };
  /** Namespace of the figures of modules/inspection. */
  readonly inspection: string;
}

/** Seconds that 99 of 100 requests stay under, and that a job may wait. */
const RESPONSE_TIME = 1;
const LONGEST_WAIT = 300;

/** The alarms of one region. */
export class Alarms extends Construct {
  /** ARN of the topic of each grade, for what else has something to say. */
  readonly topicArns: Readonly<Record<Grade, string>>;
  /** ARNs of the alarms that tell somebody, by grade. */
  readonly alarmArns: Readonly<Record<Grade, readonly string[]>>;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.topicArns = props.topics.arns;
    const plans = planAlarms({
      loadBalancer: {
        arnSuffix: props.loadBalancer.arnSuffix,
        targetGroupArnSuffix: props.loadBalancer.targetGroup.arnSuffix,
        neededHosts: props.web.fewest,
        responseTime: RESPONSE_TIME,
      },
      fleets: [
        { label: 'web', groupName: props.service.groupNames.api, ...props.web },
        { label: 'workers', groupName: props.service.groupNames.worker, ...props.workers },
      ],
      databases: props.databases,
      cache: props.cache,
      queue: { ...props.queue, longestWait: LONGEST_WAIT },
      table: props.table,
      service: props.service,
      objectives: props.objectives,
      canary: props.canary,
      rotations: props.rotations ?? [],
      workflows: props.workflows ?? [],
      natGateways: props.natGateways,
      certificate: props.door.certificate,
      webAcl: { name: props.door.webAcl.name, region: placeOf(this).region },
      inspection: props.inspection,
    });
    this.alarmArns = declareAlarms(this, this.topicArns, { alarms: plans, composites: COMPOSITES });
  }
}
