import type { ClientConfigSource, FeatureName } from '../aws/client-config';
import { ServiceError } from '../http/errors';

/** Hook that refuses a route while its feature is switched off for everybody. */
export const requireFeature = (source: ClientConfigSource, name: FeatureName) => async (): Promise<void> => {
  const rule = source.current.features[name];
  // A switch limited to some clients is theirs to honor: the API can't tell one client from another.
  if (rule === false) {
    throw new ServiceError(503, 'feature_off', `The feature "${name}" is switched off at present.`);
  }
};
