import { evaluate, resourcesOfType, resourceWith, type Graph, type Resource } from '../topology';
import type { Sizes } from './charge';

/** A size that a group has from a minute of the day on. */
interface Change {
  readonly minute: number;
  readonly min: number;
}

/** How many instances a group keeps at least: by day, at night, and on the average of the day. */
export function fleetSizes(graph: Graph, group: Resource): Sizes {
  const normal = evaluate(graph, group, 'min_size');
  if (typeof normal !== 'number')
    throw new Error(`${group.globalAddress}: min_size is ${JSON.stringify(normal)}, a number is expected`);
  const changes = resourcesOfType(graph, 'aws_autoscaling_schedule')
    .filter((schedule) => groupOf(graph, schedule)?.globalAddress === group.globalAddress)
    .flatMap((schedule) => changeOf(graph, schedule))
    .sort((one, other) => one.minute - other.minute);
  if (changes.length === 0) return { smallest: normal, normal, average: normal };
  const mins = changes.map(({ min }) => min);
  return { smallest: Math.min(...mins), normal: Math.max(...mins), average: averageOf(changes) };
}

function groupOf(graph: Graph, schedule: Resource): Resource | undefined {
  const name = evaluate(graph, schedule, 'autoscaling_group_name');
  return resourceWith(graph, 'aws_autoscaling_group', 'name', name, schedule);
}

/** Unchanged sizes are written as -1 (provider documentation, "Resource: aws_autoscaling_schedule"). */
function changeOf(graph: Graph, schedule: Resource): Change[] {
  const min = evaluate(graph, schedule, 'min_size');
  if (typeof min !== 'number' || min < 0) return [];
  const recurrence = evaluate(graph, schedule, 'recurrence');
  const daily = /^(\d+) (\d+) \* \* \*$/.exec(typeof recurrence === 'string' ? recurrence : '');
  if (!daily)
    throw new Error(
      `${schedule.globalAddress}: recurrence is ${JSON.stringify(recurrence)}; the cost of a day is known for '<minute> <hour> * * *' alone`,
    );
  return [{ minute: Number(daily[2]) * 60 + Number(daily[1]), min }];
}

const DAY = 24 * 60;

function averageOf(changes: readonly Change[]): number {
  const minutes = changes.map(({ minute, min }, index) => {
    const next = changes[(index + 1) % changes.length]!;
    const length = (next.minute - minute + DAY) % DAY || DAY;
    return min * length;
  });
  return minutes.reduce((sum, one) => sum + one, 0) / DAY;
}
