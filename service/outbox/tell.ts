import { requestInHand } from '../trace';
import type { EventType } from './events';

/**
 * The statement, to stand in a WITH, that leaves an event for each row of another part of it: in one statement, so that the change and the
 * word of it are both kept or neither.
 * @param values of the whole statement; the request's id is added
 * @param from name of the part whose rows were changed
 * @param data an SQL expression over its columns
 */
export function tell(values: unknown[], from: string, type: EventType, data: string): string {
  values.push(requestInHand.getStore() ?? '');
  return `INSERT INTO outbox (type, data, request_id) SELECT '${type}', ${data}, $${values.length}::text FROM ${from}`;
}
