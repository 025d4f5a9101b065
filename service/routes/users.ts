import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Users, UserRow } from '../database/users';
import { ServiceError } from '../http/errors';
import { Idempotency } from '../http/idempotency';
import { hashPassword, isOutdated, verifyPassword } from '../http/passwords';
import type { ZodTypes } from '../http/zod';
import type { Dependencies } from '../dependencies';
import { requireFeature } from './features';
import { absent, requireId } from './ids';
import { tokensOf } from './sessions';
import {
  credentials,
  bodyFailures,
  failures,
  idParams,
  readHeaders,
  session,
  user,
  writeHeaders,
} from './schemas';

const nameTaken = () => new ServiceError(409, 'name_taken', 'This name is taken. Choose another one.');
const refused = () => new ServiceError(401, 'wrong_credentials', 'Name or password is wrong. Check both.');

export async function userRoutes(instance: FastifyInstance, dependencies: Dependencies) {
  const { users, cached, idempotency, clientConfig, metrics } = dependencies;
  const app = instance.withTypeProvider<ZodTypes>();
  // Compared with when the name is unknown, so that the time taken does not tell which names exist.
  const nobody = await hashPassword('a password that nobody has');
  const open = async (user: { id: string }) =>
    tokensOf(app, dependencies, await dependencies.sessions.open(user.id));

  app.post(
    '/v1/users',
    {
      preHandler: requireFeature(clientConfig, 'signUp'),
      schema: {
        summary: 'Sign up',
        headers: writeHeaders,
        body: credentials,
        response: { 201: session, ...bodyFailures(409, 422) },
      },
    },
    async (request, reply) => {
      const { name, password } = request.body;
      const given = request.headers['idempotency-key'];
      const requestKey = given && Idempotency.requestKey(`sign-up ${name.toLowerCase()}`, given);
      // The password stays out of the remembered request and result; it is checked again for a repetition.
      const { result, replayed } = await idempotency.run(requestKey, { name }, () =>
        signUp(users, name, password, requestKey),
      );
      if (replayed) {
        const row = await users.findByName(name);
        if (row === undefined || !(await verifyPassword(row.passwordHash, password))) throw nameTaken();
        void reply.header('idempotent-replayed', 'true');
      } else {
        await cached.users.written(result.user.id, result.user, result.position);
        metrics.count('SignUps');
        request.log.info({ event: 'sign_up', userId: result.user.id }, 'signed up');
      }
      void reply.status(201).header('x-tiers-position', result.position);
      return { user: result.user, ...(await open(result.user)) };
    },
  );

  app.post(
    '/v1/sessions',
    {
      preHandler: requireFeature(clientConfig, 'logIn'),
      schema: { summary: 'Log in', body: credentials, response: { 201: session, ...bodyFailures(401) } },
    },
    async (request, reply) => {
      const { name, password } = request.body;
      const row = await users.findByName(name);
      const right = await verifyPassword(row?.passwordHash ?? nobody, password);
      if (row === undefined || !right) throw refused();
      if (isOutdated(row.passwordHash)) {
        // Made with less than is asked for now. Should it fail, the next log-in does it.
        await hashPassword(password)
          .then((better) => users.replaceHash(row, better))
          .catch((error: unknown) => request.log.warn({ err: error }, 'hash of a password not renewed'));
      }
      request.log.info({ event: 'session', userId: row.id }, 'logged in');
      void reply.status(201);
      return { user: { id: row.id, name: row.name }, ...(await open(row)) };
    },
  );

  app.get(
    '/v1/users/:id',
    {
      preHandler: requireId('user'),
      schema: {
        summary: 'What everybody may know of a user',
        params: idParams,
        headers: readHeaders,
        response: { 200: z.object({ user }), ...failures(404) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { value, hit } = await cached.users.get(id, request.headers['x-tiers-position']);
      if (value === undefined) throw absent('user', id);
      void reply.header('x-tiers-cache', hit ? 'hit' : 'miss');
      void reply.header('cache-control', 'public, max-age=60');
      return { user: value };
    },
  );
}

async function signUp(users: Users, name: string, password: string, requestKey: string | undefined) {
  const passwordHash = await hashPassword(password);
  const { value, position } = await users.insert(name, passwordHash, requestKey);
  if (!value.created && !(await isRepetition(value.user, password, requestKey))) throw nameTaken();
  return { user: { id: value.user.id, name: value.user.name }, position };
}

/** The row was written by an earlier try of the same request, whose answer the client never saw. */
async function isRepetition(
  row: UserRow,
  password: string,
  requestKey: string | undefined,
): Promise<boolean> {
  return (
    requestKey !== undefined && row.requestKey === requestKey && verifyPassword(row.passwordHash, password)
  );
}
