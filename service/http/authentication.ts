import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { SessionClaims } from '../sessions/sessions';
import type { SigningKeys } from './signing-keys';

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: SessionClaims;
    user: SessionClaims;
  }
}

/** Hook of the routes that need a signed-in user; afterwards `request.user.sub` is the user's id. */
export async function authenticate(request: FastifyRequest): Promise<void> {
  await request.jwtVerify();
}

/** Hook of what everybody may read: a good token says who reads, for the line of the request and the day's active users; any other says nothing. */
export async function identify(request: FastifyRequest): Promise<void> {
  if (request.headers.authorization !== undefined) await request.jwtVerify().catch(() => undefined);
}

/** Signs with the key of now. */
export function accessToken(
  app: FastifyInstance,
  { current: { kid, privateKey } }: Pick<SigningKeys, 'current'>,
  claims: SessionClaims,
): string {
  return app.jwt.sign(claims, { kid, key: privateKey });
}
