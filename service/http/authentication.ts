import type { FastifyRequest } from 'fastify';

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: { sub: string };
    user: { sub: string };
  }
}

/** Hook of the routes that need a signed-in user; afterwards `request.user.sub` is the user's id. */
export async function authenticate(request: FastifyRequest): Promise<void> {
  await request.jwtVerify();
}
