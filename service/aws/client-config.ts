import type { Logger } from 'pino';
import { z } from 'zod';
import type { ApiConfig } from '../config';
import { PolledParameter } from './parameter';

const version = z.string().regex(/^\d+(\.\d+){0,2}$/, 'must be a version such as 1.4.0');

/** A switch: on or off for all, or on for some platforms from some version on. */
const feature = z.union([
  z.boolean(),
  z.object({ platforms: z.array(z.string()).optional(), minimumVersion: version.optional() }),
]);

/** The JSON of the parameter; keys this version of the service does not know are passed over. */
export const clientConfigSchema = z.object({
  features: z.record(z.string(), feature).default({}),
  /** Oldest version of a platform's client that may go on, by platform. */
  minimumVersions: z.record(z.string(), version).default({}),
  /** Shown to every user while set. */
  message: z.string().nullable().default(null),
});

export type ClientConfig = z.infer<typeof clientConfigSchema>;
export type FeatureName = 'signUp' | 'posts' | 'pictures' | 'boosts' | 'publicPages';

/** All that the service can do is on until the parameter says otherwise. */
const DEFAULTS: ClientConfig = {
  features: { signUp: true, posts: true, pictures: true, boosts: true, publicPages: true },
  minimumVersions: {},
  message: null,
};

/** Client configuration, polled. */
export class ClientConfigSource extends PolledParameter<ClientConfig> {
  constructor(config: ApiConfig, log: Logger) {
    super(
      config,
      {
        name: config.CLIENT_CONFIG_PARAMETER,
        everySeconds: config.CLIENT_CONFIG_POLL_SECONDS,
        initial: DEFAULTS,
        parse: (value) => {
          const parsed = clientConfigSchema.parse(JSON.parse(value || 'null'));
          return { ...parsed, features: { ...DEFAULTS.features, ...parsed.features } };
        },
      },
      log,
    );
  }
}

/** Negative, 0 or positive, like a sort comparison; missing parts count as 0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((value) => value.split('.').map(Number));
  for (let part = 0; part < 3; part += 1) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Resolves the switches for one client. */
export function resolveFeatures(
  config: ClientConfig,
  platform: string | undefined,
  clientVersion: string | undefined,
): Record<string, boolean> {
  const on = (rule: z.infer<typeof feature>): boolean => {
    if (typeof rule === 'boolean') return rule;
    if (rule.platforms && !(platform && rule.platforms.includes(platform))) return false;
    if (rule.minimumVersion === undefined) return true;
    return clientVersion !== undefined && compareVersions(clientVersion, rule.minimumVersion) >= 0;
  };
  return Object.fromEntries(Object.entries(config.features).map(([name, rule]) => [name, on(rule)]));
}
