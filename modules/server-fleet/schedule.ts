import { AutoscalingSchedule } from '@cdktf/provider-aws/lib/autoscaling-schedule';
import { Construct } from 'constructs';
import { ConfigurationError, type FaultDetails } from '../../lib/errors';

/** The fewest instances by night and by day, in the local time of the users. */
export interface DailySchedule {
  /** A name of the IANA database, such as `America/New_York`; Auto Scaling follows its summer time. */
  readonly timeZone: string;
  /** Hour, 0 to 23, from which the lower minimum holds. */
  readonly night: { readonly hour: number; readonly min: number };
  /** Hour, 0 to 23, from which the minimum of the day holds. */
  readonly morning: { readonly hour: number; readonly min: number };
}

export interface ScheduledMinimumProps {
  readonly groupName: string;
  /** Most instances of the group, which no minimum may exceed. */
  readonly maxSize: number;
  readonly schedule: DailySchedule;
}

/** The provider's value for "leave it as it is"; a size that is left out would be set to 0. */
const UNCHANGED = -1;

/** Lowers the minimum at night and raises it in the morning; what runs above it stays the scaling policies' choice. */
export class ScheduledMinimum extends Construct {
  constructor(scope: Construct, id: string, props: ScheduledMinimumProps) {
    super(scope, id);
    const { groupName, schedule } = props;
    checkSchedule(this.node.path, props.maxSize, schedule);
    for (const name of ['night', 'morning'] as const) {
      const { hour, min } = schedule[name];
      new AutoscalingSchedule(this, name, {
        scheduledActionName: name,
        autoscalingGroupName: groupName,
        recurrence: `0 ${hour} * * *`,
        timeZone: schedule.timeZone,
        minSize: min,
        maxSize: UNCHANGED,
        desiredCapacity: UNCHANGED,
      });
    }
  }
}

function checkSchedule(where: string, maxSize: number, { night, morning }: DailySchedule): void {
  const faults: FaultDetails[] = [];
  for (const { hour, min } of [night, morning]) {
    if (!Number.isInteger(hour) || hour < 0 || hour > 23) {
      faults.push({
        where: `${where}.hour`,
        received: hour,
        allowed: 'a whole hour from 0 to 23',
        fix: 'write for instance 2',
      });
    }
    if (!Number.isInteger(min) || min < 0 || min > maxSize) {
      faults.push({
        where: `${where}.min`,
        received: min,
        allowed: `a whole number from 0 to the group's maximum of ${maxSize}`,
        fix: 'raise the maximum, or lower this minimum',
      });
    }
  }
  if (night.hour === morning.hour) {
    faults.push({
      where: `${where}.morning.hour`,
      received: morning.hour,
      allowed: 'another hour than the night begins with',
      fix: 'two actions of one minute run in no certain order; write for instance 2 and 7',
    });
  }
  if (faults.length > 0) throw new ConfigurationError(faults);
}
