import { Client } from 'pg';
import { requestInHand } from '../trace';

/**
 * A statement with the id of the request or job that it is for, so that a slow one in the log of the database leads to the line of its
 * request. It stands in front, as lists of what runs cut long statements off. Nothing that an id may hold ends the comment.
 */
export function traced(statement: string, requestId: string | undefined): string {
  if (requestId === undefined) return statement;
  return `/*request_id='${encodeURIComponent(requestId).replaceAll("'", '%27')}'*/ ${statement}`;
}

/** A connection that says in each statement for which request it is. */
export class TracedClient extends Client {
  override query = ((statement: unknown, ...more: unknown[]): unknown => {
    const send = super.query.bind(this) as (...given: unknown[]) => unknown;
    const text = typeof statement === 'string' ? traced(statement, requestInHand.getStore()) : statement;
    return send(text, ...more);
  }) as Client['query'];
}
