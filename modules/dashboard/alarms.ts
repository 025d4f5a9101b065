import type { AlarmList, Row, Widget } from './widgets';

/** ARNs of the alarms that tell somebody, by grade. */
export interface AlarmRows {
  readonly page: readonly string[];
  readonly ticket: readonly string[];
}

/** Amazon CloudWatch User Guide, "Dashboard body structure and syntax": alarm widget. */
const LIST = 100;

function lists(title: string, arns: readonly string[]): AlarmList[] {
  const count = Math.ceil(arns.length / LIST);
  return Array.from({ length: count }, (_, part) => ({
    title: count === 1 ? title : `${title}, ${part + 1} of ${count}`,
    alarmArns: arns.slice(part * LIST, (part + 1) * LIST),
  }));
}

/** What is on now, and where to read on. */
export function alarmRow({ page, ticket }: AlarmRows): Row {
  const widgets: Widget[] = [...lists('Pages', page), ...lists('Tickets', ticket)];
  return {
    heading: 'Alarms',
    about:
      'Each names its runbook in its description, as `docs/runbooks/<name>.md`; `docs/runbooks/README.md` lists all of them. A page wakes somebody; a ticket waits for the next working day.',
    widgets,
    across: 2,
  };
}
