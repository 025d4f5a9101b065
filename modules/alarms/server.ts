import { creditAlarm } from './credits';
import { machineAlarms } from './machines';
import type { AlarmPlan } from './types';

export interface ServerInput {
  readonly instanceId: string;
  /** What it calls itself in its metrics: the dimension `Fleet`. */
  readonly machines: string;
  readonly instanceTypes: readonly string[];
  /** Log group that it writes to all the time. */
  readonly groupName: string;
}

/**
 * The one server. That it does not answer pages by way of the edge, whose checkers ask it from outside; here is why it may not:
 * the machine or the hardware below it has failed, it writes no log, its disks or its memory are full.
 */
export function serverAlarms(
  { instanceId, machines, instanceTypes, groupName }: ServerInput,
  namespace: string,
): readonly AlarmPlan[] {
  const dimensions = { InstanceId: instanceId };
  return [
    {
      id: 'server-failed',
      grade: 'page',
      impact: 'the one server, or what it runs on, has failed its checks: nobody is served until it is back',
      runbook: 'server-failed',
      measure: { namespace: 'AWS/EC2', name: 'StatusCheckFailed', dimensions, statistic: 'Maximum' },
      when: 'above',
      threshold: 0,
      period: 60,
      of: 3,
      bad: 3,
      // A machine that is gone reports nothing.
      missing: 'breaching',
    },
    {
      id: 'server-silent',
      grade: 'ticket',
      impact: 'the one server writes no log: its errors are not watched',
      runbook: 'silent-logs',
      measure: {
        namespace: 'AWS/Logs',
        name: 'IncomingLogEvents',
        dimensions: { LogGroupName: groupName },
        statistic: 'Sum',
      },
      when: 'below',
      threshold: 1,
      period: 60,
      // Longer than it takes from its launch to its first line.
      of: 15,
      bad: 15,
      missing: 'breaching',
    },
    ...machineAlarms({ label: 'server', machines }, namespace),
    ...creditAlarm('server', 'the one server', instanceTypes, { namespace: 'AWS/EC2', dimensions }),
  ];
}
