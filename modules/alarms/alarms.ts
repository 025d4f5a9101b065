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
import type { ServerInput } from './server';
import type { ServiceInput } from './service';
import type { AlarmTopics } from './topics';
import type { Grade } from './types';
import type { WorkflowInput } from './workflows';

export interface AlarmsProps {
  /** Where pages and tickets go. */
  readonly topics: AlarmTopics;
  /** The one machine that serves. Leave it out where there is a fleet. */
  readonly server?: Omit<ServerInput, 'groupName'>;
  /** Several machines and what stands before them. Leave it out where there is one server. */
  readonly front?: {
    readonly loadBalancer: {
      readonly arnSuffix: string;
      readonly targetGroup: { readonly arnSuffix: string };
    };
    readonly certificate: { readonly arn: string };
    readonly webAcl: { readonly name: string };
    /** The fleet behind the balancer, whose fewest instances are also the fewest that must be healthy. */
    readonly web: Omit<FleetInput, 'label' | 'groupName'>;
  };
  /** Leave it out where there are none, as the three behind it. */
  readonly workers?: Omit<FleetInput, 'label' | 'groupName'>;
  /** Leave it out where there are none, as their queue. */
  readonly transcoders?: Omit<FleetInput, 'label' | 'groupName'>;
  readonly videos?: { readonly name: string; readonly deadLetterName: string };
  /** One for each physical shard. */
  readonly databases: readonly DatabaseInput[];
  /** Leave it out where there is no cache. */
  readonly cache?: CacheInput;
  readonly queue?: { readonly name: string; readonly deadLetterName: string };
  /** Of what other regions' writes make this one's cache forget. Default: there is no other region. */
  readonly invalidations?: { readonly name: string; readonly deadLetterName: string };
  readonly table?: { readonly tableName: string };
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
  /** Namespace of the figures of modules/inspection. Leave it out where nothing inspects. */
  readonly inspection?: string;
}

/** Seconds that 99 of 100 requests stay under, and that a job may wait. */
const RESPONSE_TIME = 1;
const LONGEST_WAIT = 300;
/** As for a video, which people see as it was uploaded meanwhile. */
const LONGEST_VIDEO_WAIT = 1_800;

/** The alarms of one region. */
export class Alarms extends Construct {
  /** ARN of the topic of each grade, for what else has something to say. */
  readonly topicArns: Readonly<Record<Grade, string>>;
  /** ARNs of the alarms that tell somebody, by grade. */
  readonly alarmArns: Readonly<Record<Grade, readonly string[]>>;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.topicArns = props.topics.arns;
    const { front, workers, transcoders, server, queue, videos, service } = props;
    const plans = planAlarms({
      front: front && {
        loadBalancer: {
          arnSuffix: front.loadBalancer.arnSuffix,
          targetGroupArnSuffix: front.loadBalancer.targetGroup.arnSuffix,
          neededHosts: front.web.fewest,
          responseTime: RESPONSE_TIME,
        },
        certificate: front.certificate,
        webAcl: { name: front.webAcl.name, region: placeOf(this).region },
      },
      server: server && { groupName: service.groupNames.api, ...server },
      fleets: [
        ...(front ? [{ label: 'web', groupName: service.groupNames.api, ...front.web }] : []),
        ...(workers ? [{ label: 'workers', groupName: service.groupNames.worker, ...workers }] : []),
        ...(transcoders && service.groupNames.transcode
          ? [{ label: 'transcoders', groupName: service.groupNames.transcode, ...transcoders }]
          : []),
      ],
      databases: props.databases,
      cache: props.cache,
      queue: queue && { ...queue, longestWait: LONGEST_WAIT },
      videos: videos && {
        ...videos,
        longestWait: LONGEST_VIDEO_WAIT,
        label: 'videos',
        grade: 'ticket',
        waiting: 'users see videos as they were uploaded, which some browsers do not play',
        failed: 'they stay as they were uploaded',
      },
      invalidations: props.invalidations,
      table: props.table,
      service,
      objectives: props.objectives,
      canary: props.canary,
      rotations: props.rotations ?? [],
      workflows: props.workflows ?? [],
      natGateways: props.natGateways,
      inspection: props.inspection,
    });
    // A page that no sign can lead to is none.
    const composites = COMPOSITES.filter(({ id: composite }) =>
      plans.some(({ joins }) => joins?.composite === composite),
    );
    this.alarmArns = declareAlarms(this, this.topicArns, { alarms: plans, composites });
  }
}
