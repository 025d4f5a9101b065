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

/** Signs with the key of now. */
export function accessToken(
  app: FastifyInstance,
  { current: { kid, privateKey } }: Pick<SigningKeys, 'current'>,
  claims: SessionClaims,
): string {
  return app.jwt.sign(claims, { kid, key: privateKey });
}
