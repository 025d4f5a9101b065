import { CloudwatchCompositeAlarm } from '@cdktf/provider-aws/lib/cloudwatch-composite-alarm';
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import type { Construct } from 'constructs';
import { Names } from '../../lib/naming';
import { compositeRule, type CompositePlan, type Sign } from './composites';
import type { AlarmPlan, CompositeId, Grade, Metric } from './types';

export interface AlarmsPlan {
  readonly alarms: readonly AlarmPlan[];
  /** In the order in which they are declared; one is suppressed only by an earlier one. */
  readonly composites: readonly CompositePlan[];
}

/**
 * Declares what is planned below a construct; each alarm goes to the topic of its grade, and says when it is over.
 * Returns the ARNs of those that tell somebody.
 */
export function declareAlarms(
  parent: Construct,
  topicArns: Readonly<Record<Grade, string>>,
  { alarms, composites }: AlarmsPlan,
): Readonly<Record<Grade, readonly string[]>> {
  const heard: Record<Grade, string[]> = { page: [], ticket: [] };
  const signs = alarms.map((plan): Sign => {
    const { arn, alarmName: name } = declare(parent, topicArns, plan);
    if (!plan.joins && !plan.drill) heard[plan.grade].push(arn);
    return { plan, name };
  });
  const declared = new Map<CompositeId, CloudwatchCompositeAlarm>();
  for (const composite of composites) {
    const own = signs.filter(({ plan }) => plan.joins?.composite === composite.id);
    if (own.length === 0) throw new Error(`${parent.node.path}: no alarm joins ${composite.id}`);
    const gathered = gather(parent, topicArns, { composite, signs: own, earlier: declared });
    declared.set(composite.id, gathered);
    heard[composite.grade].unshift(gathered.arn);
  }
  const lost = alarms.find(({ joins }) => joins && !declared.has(joins.composite));
  if (lost)
    throw new Error(`${parent.node.path}: ${lost.id} joins ${lost.joins!.composite}, which is not here`);
  return heard;
}

function declare(
  parent: Construct,
  topicArns: Readonly<Record<Grade, string>>,
  plan: AlarmPlan,
): CloudwatchMetricAlarm {
  const actions = plan.joins ? [] : [topicArns[plan.grade]];
  return new CloudwatchMetricAlarm(parent, plan.id, {
    alarmName: Names.of(parent).regional('alarm', plan.id),
    alarmDescription: description(plan),
    comparisonOperator: plan.when === 'above' ? 'GreaterThanThreshold' : 'LessThanThreshold',
    threshold: plan.threshold,
    evaluationPeriods: plan.of,
    datapointsToAlarm: plan.bad,
    treatMissingData: plan.missing,
    ...(actions.length > 0 ? { alarmActions: actions } : {}),
    ...(actions.length > 0 && !plan.drill ? { okActions: actions } : {}),
    tags: { Grade: plan.grade },
    ...measured(plan),
  });
}

interface Gathered {
  readonly composite: CompositePlan;
  readonly signs: readonly Sign[];
  readonly earlier: ReadonlyMap<CompositeId, CloudwatchCompositeAlarm>;
}

/** One page for one outage: whichever sign comes first pages, the others only show. */
function gather(
  parent: Construct,
  topicArns: Readonly<Record<Grade, string>>,
  { composite: { id, grade, suppressedBy, ...said }, signs, earlier }: Gathered,
): CloudwatchCompositeAlarm {
  const actions = [topicArns[grade]];
  return new CloudwatchCompositeAlarm(parent, id, {
    alarmName: Names.of(parent).regional('alarm', id),
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

/** What somebody who is woken reads first: what users notice, whether to act now, and where to go on reading. */
export function description({
  grade,
  impact,
  runbook,
  drill,
}: Pick<AlarmPlan, 'grade' | 'impact' | 'runbook' | 'drill'>): string {
  const act = drill
    ? 'Nothing to do.'
    : grade === 'page'
      ? 'Act now.'
      : 'Nothing to do tonight; act within the next working day.';
  return `${impact[0]!.toUpperCase()}${impact.slice(1)}. ${act} Runbook: docs/runbooks/${runbook}.md`;
}

function measured({ measure, period }: AlarmPlan): Partial<CloudwatchMetricAlarmConfig> {
  if (!('expression' in measure)) {
    const { statistic } = measure;
    return {
      ...identity(measure),
      ...(PERCENTILE.test(statistic) ? { extendedStatistic: statistic } : { statistic }),
      period,
    };
  }
  return {
    metricQuery: [
      ...Object.entries(measure.of).map(([id, metric]) => ({
        id,
        metric: { ...identity(metric), stat: metric.statistic, period },
      })),
      ...Object.entries(measure.steps ?? {}).map(([id, expression]) => ({
        id,
        expression,
        returnData: false,
      })),
      { id: 'result', expression: measure.expression, label: measure.label, returnData: true },
    ],
  };
}

/** What PutMetricAlarm takes as ExtendedStatistic instead of Statistic. */
const PERCENTILE = /^p\d/;

function identity({ namespace, name, dimensions }: Metric) {
  return { namespace, metricName: name, dimensions: { ...dimensions } };
}
