import type { FastifyRequest } from 'fastify';
import { ServiceError } from '../http/errors';
import { isIdOf, type RowType } from '../ids/layout';

/** Nothing of this type has the id of the path, and the id alone says so: no database is asked. */
export function requireId(type: RowType): (request: FastifyRequest) => Promise<void> {
  return async ({ params }) => {
    const { id } = params as { id: string };
    if (!isIdOf(type, id)) throw absent(type, id);
  };
}

export const absent = (type: RowType, id: string): ServiceError =>
  new ServiceError(404, `${type}_not_found`, `There is no ${type} ${id}. Check the number.`);
