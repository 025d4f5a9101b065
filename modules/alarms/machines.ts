import type { AlarmPlan } from './types';

export interface MachinesInput {
  /** What people call the fleet. */
  readonly label: string;
  /** What its machines call themselves in their metrics: the dimension `Fleet`. */
  readonly machines: string;
}

const DISK_PERCENT = 80;
const MEMORY_PERCENT = 90;

/** What the agent on the machines measures, the worst machine of a fleet. Its silence is found by that of the logs. */
export function machineAlarms({ label, machines }: MachinesInput, namespace: string): readonly AlarmPlan[] {
  const alarm = (kind: string, metric: string, threshold: number, impact: string): AlarmPlan => ({
    id: `${label}-${kind}`,
    grade: 'ticket',
    impact: `a machine of the ${label} fleet uses more than ${threshold}% of its ${kind}: ${impact}`,
    runbook: 'machine-full',
    measure: { namespace, name: metric, dimensions: { Fleet: machines }, statistic: 'Maximum' },
    when: 'above',
    threshold,
    period: 60,
    of: 15,
    bad: 15,
    missing: 'notBreaching',
  });
  return [
    alarm('disk', 'disk_used_percent', DISK_PERCENT, 'once it is full, nothing is logged and little works'),
    alarm('memory', 'mem_used_percent', MEMORY_PERCENT, 'the kernel is about to end the service'),
  ];
}
