import type { AlarmPlan, Metric } from './types';

/** The service's logs, and the metrics that come out of them. */
export interface ServiceInput {
  readonly namespace: string;
  /** Metric of the lines of errors, by the dimension `service`. */
  readonly errorLines: string;
  readonly groupNames: Readonly<Record<'api' | 'worker' | 'migrate', string> & { transcode?: string }>;
}

/** Lines of errors in five minutes that are more than chance. A failed migration is tried again, and needs somebody. */
const ERRORS = { api: 10, worker: 10, migrate: 0, transcode: 10 } as const;

export function errorAlarms({ namespace, errorLines, groupNames }: ServiceInput): readonly AlarmPlan[] {
  const roles = [
    'api',
    'worker',
    'migrate',
    ...(groupNames.transcode ? (['transcode'] as const) : []),
  ] as const;
  return roles.map((service) => ({
    id: `${service}-errors`,
    grade: 'ticket',
    impact: `the service as ${service} writes more than ${ERRORS[service]} lines of errors in five minutes: something that it is there for fails`,
    runbook: 'errors',
    measure: { namespace, name: errorLines, dimensions: { service }, statistic: 'Sum' },
    when: 'above',
    threshold: ERRORS[service],
    period: 300,
    of: 3,
    bad: 2,
    // Counted only when there is one.
    missing: 'notBreaching',
  }));
}

/** Seconds that an event may wait in the outbox before users notice: as long as a job in the queue. */
const LONGEST_TOLD = 300;

/** The service writes events where it writes the change, and tells them afterwards. */
export function outboxAlarm({ namespace }: ServiceInput): AlarmPlan {
  return {
    id: 'outbox-waiting',
    grade: 'page',
    impact: `events wait in the database for longer than ${LONGEST_TOLD} s: pictures that users upload do not appear, and caches keep old values`,
    runbook: 'outbox',
    measure: { namespace, name: 'OutboxAge', dimensions: { service: 'api' }, statistic: 'Maximum' },
    when: 'above',
    threshold: LONGEST_TOLD,
    period: 60,
    of: 5,
    bad: 5,
    // Written only where the region takes the writes.
    missing: 'notBreaching',
  };
}

export interface SilenceInput {
  /** What people call the fleet. */
  readonly label: string;
  readonly autoScalingGroupName: string;
  readonly groupName: string;
}

/** Every process of the service writes its figures every few seconds, so a fleet without a line has lost its logs. */
export function silenceAlarm({ label, autoScalingGroupName, groupName }: SilenceInput): AlarmPlan {
  const instances: Metric = {
    namespace: 'AWS/AutoScaling',
    name: 'GroupInServiceInstances',
    dimensions: { AutoScalingGroupName: autoScalingGroupName },
    statistic: 'Minimum',
  };
  const lines: Metric = {
    namespace: 'AWS/Logs',
    name: 'IncomingLogEvents',
    dimensions: { LogGroupName: groupName },
    statistic: 'Sum',
  };
  return {
    id: `${label}-silent`,
    grade: 'ticket',
    impact: `the ${label} fleet has instances in service and writes no log: its errors and its objectives are not watched`,
    runbook: 'silent-logs',
    measure: {
      expression: 'IF(FILL(instances, 0) > 0 && FILL(lines, 0) == 0, 1, 0)',
      label: 'silent',
      of: { instances, lines },
    },
    when: 'above',
    threshold: 0,
    period: 60,
    // Longer than an instance takes from its launch to its first line.
    of: 10,
    bad: 10,
    missing: 'breaching',
  };
}
