import type { FastifyRequest } from 'fastify';
import type { ClientConfigSource, FeatureName } from '../aws/client-config';
import { ServiceError } from '../http/errors';

/** Hook that refuses a route while its feature is switched off, or not rolled out to who asks. */
export const requireFeature =
  (source: Pick<ClientConfigSource, 'isOn'>, name: FeatureName) =>
  async (request: FastifyRequest): Promise<void> => {
    const user = (request.user as FastifyRequest['user'] | null)?.sub;
    if (!source.isOn(name, user)) {
      throw new ServiceError(503, 'feature_off', `The feature "${name}" is switched off at present.`);
    }
  };
