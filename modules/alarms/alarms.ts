import { CloudwatchCompositeAlarm } from '@cdktf/provider-aws/lib/cloudwatch-composite-alarm';
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';
import type { CacheInput } from './cache';
import type { DatabaseInput } from './database';
import type { FleetInput } from './fleet';
import { COMPOSITES, compositeRule, type CompositePlan, type Sign } from './composites';
import type { ObjectivesInput } from './objectives';
import { planAlarms } from './plan';
import type { ServiceInput } from './service';
import { Topics } from './topics';
import type { AlarmPlan, CompositeId, Grade, Metric } from './types';

export interface AlarmsProps {
  /** E-mail address that pages and tickets go to, after it has confirmed both subscriptions. */
  readonly contact: string;
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
  /** Seconds that 99 of 100 requests stay under. Default: 1. */
  readonly responseTime?: number;
  /** Seconds that a job may wait. Default: 300. */
  readonly longestWait?: number;
}

/** The alarms of one region, and the two topics that they go to. */
export class Alarms extends Construct {
  /** ARN of the topic of each grade, for what else has something to say. */
  readonly topicArns: Readonly<Record<Grade, string>>;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.topicArns = new Topics(this, 'topics', { contact: props.contact }).arns;
    const plans = planAlarms({
      loadBalancer: {
        arnSuffix: props.loadBalancer.arnSuffix,
        targetGroupArnSuffix: props.loadBalancer.targetGroup.arnSuffix,
        neededHosts: props.web.fewest,
        responseTime: props.responseTime ?? 1,
      },
      fleets: [
        { label: 'web', groupName: props.service.groupNames.api, ...props.web },
        { label: 'workers', groupName: props.service.groupNames.worker, ...props.workers },
      ],
      databases: props.databases,
      cache: props.cache,
      queue: { ...props.queue, longestWait: props.longestWait ?? 300 },
      table: props.table,
      service: props.service,
      objectives: props.objectives,
    });
    const signs = plans.map((plan): Sign => ({ plan, name: this.declare(plan).alarmName }));
    const declared = new Map<CompositeId, CloudwatchCompositeAlarm>();
    for (const composite of COMPOSITES) {
      const own = signs.filter(({ plan }) => plan.joins?.composite === composite.id);
      declared.set(composite.id, this.gather(composite, own, declared));
    }
  }

  private declare(plan: AlarmPlan): CloudwatchMetricAlarm {
    const actions = plan.joins ? [] : [this.topicArns[plan.grade]];
    return new CloudwatchMetricAlarm(this, plan.id, {
      alarmName: Names.of(this).regional('alarm', plan.id),
      alarmDescription: description(plan),
      comparisonOperator: plan.when === 'above' ? 'GreaterThanThreshold' : 'LessThanThreshold',
      threshold: plan.threshold,
      evaluationPeriods: plan.of,
      datapointsToAlarm: plan.bad,
      treatMissingData: plan.missing,
      ...(actions.length > 0 ? { alarmActions: actions, okActions: actions } : {}),
      tags: { Grade: plan.grade },
      ...measured(plan),
    });
  }

  /** One page for one outage: whichever sign comes first pages, the others only show. */
  private gather(
    { id, grade, suppressedBy, ...said }: CompositePlan,
    signs: readonly Sign[],
    earlier: ReadonlyMap<CompositeId, CloudwatchCompositeAlarm>,
  ): CloudwatchCompositeAlarm {
    const actions = [this.topicArns[grade]];
    return new CloudwatchCompositeAlarm(this, id, {
      alarmName: Names.of(this).regional('alarm', id),
      alarmDescription: description({ grade, ...said }),
      alarmRule: compositeRule(signs),
      alarmActions: actions,
      okActions: actions,
      ...(suppressedBy
        ? {
            actionsSuppressor: {
              alarm: earlier.get(suppressedBy.id)!.alarmName,
              waitPeriod: suppressedBy.wait,
              extensionPeriod: suppressedBy.extension,
            },
          }
        : {}),
      tags: { Grade: grade },
    });
  }
}

/** What somebody who is woken reads first: what users notice, whether to act now, and where to go on reading. */
export function description({
  grade,
  impact,
  runbook,
}: Pick<AlarmPlan, 'grade' | 'impact' | 'runbook'>): string {
  const act = grade === 'page' ? 'Act now.' : 'Nothing to do tonight; act within the next working day.';
  return `${impact[0]!.toUpperCase()}${impact.slice(1)}. ${act} Runbook: docs/runbooks/${runbook}.md`;
}

function measured({ measure, period }: AlarmPlan): Partial<CloudwatchMetricAlarmConfig> {
  if (!('expression' in measure)) {
    return { ...identity(measure), statistic: measure.statistic, period };
  }
  return {
    metricQuery: [
      ...Object.entries(measure.of).map(([id, metric]) => ({
        id,
        metric: { ...identity(metric), stat: metric.statistic, period },
      })),
      { id: 'result', expression: measure.expression, label: measure.label, returnData: true },
    ],
  };
}

function identity({ namespace, name, dimensions }: Metric) {
  return { namespace, metricName: name, dimensions: { ...dimensions } };
}
