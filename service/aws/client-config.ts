import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { ApiConfig } from '../config';
import { isIn } from '../rollout';
import { PolledParameter } from './parameter';

const version = z.string().regex(/^\d+(\.\d+){0,2}$/, 'must be a version such as 1.4.0');

/** A switch: on or off for all, or on for some platforms from some version on, for all of them or for a share. */
const feature = z.union([
  z.boolean(),
  z.strictObject({
    platforms: z.array(z.string()).optional(),
    minimumVersion: version.optional(),
    percent: z.number().min(0).max(100).optional(),
  }),
]);

/**
 * What is edited at run time. A member that nobody knows is most likely misspelled, and a misspelled switch would switch nothing: the
 * whole value is refused. Features may have any name, as clients have some of their own.
 */
export const clientConfigSchema = z.strictObject({
  features: z.record(z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/), feature).default({}),
  /** Oldest version of a platform's client that may go on, by platform. */
  minimumVersions: z.record(z.string(), version).default({}),
  /** Shown to every user while set. */
  message: z.string().nullable().default(null),
});

export type ClientConfig = z.infer<typeof clientConfigSchema>;

/** What the API itself can leave off. */
export const FEATURES = [
  'signUp',
  'logIn',
  'posts',
  'pictures',
  'videos',
  'boosts',
  'publicPages',
  'follows',
  'feed',
  'statistics',
  'rateLimits',
] as const;
export type FeatureName = (typeof FEATURES)[number];

/** All that the service can do is on until the configuration says otherwise. */
const DEFAULTS: ClientConfig = {
  features: Object.fromEntries(FEATURES.map((name) => [name, true])),
  minimumVersions: {},
  message: null,
};

/** Client configuration, polled: a parameter, or a file of the machine. */
export class ClientConfigSource extends PolledParameter<ClientConfig> {
  constructor(
    private readonly config: ApiConfig,
    log: Logger,
  ) {
    super(
      config,
      {
        name: (config.CLIENT_CONFIG_FILE ?? config.CLIENT_CONFIG_PARAMETER)!,
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

  /** Whether a feature is on, for one user where it is rolled out to a share. */
  isOn(name: FeatureName, userId?: string): boolean {
    const rule = this.current.features[name];
    if (typeof rule !== 'object') return rule !== false;
    // What is limited to some clients is theirs to honor: the API can't tell one client from another.
    return rule.percent === undefined || userId === undefined || isIn(name, userId, rule.percent);
  }

  protected override read(): Promise<string> {
    const { CLIENT_CONFIG_FILE: file } = this.config;
    return file === undefined ? super.read() : readFile(file, 'utf8');
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

export interface Resolved {
  /** On or off for this client, whoever uses it. */
  readonly features: Record<string, boolean>;
  /** Percent of those for whom it is on; the client knows who it is for (`service/rollout.ts`). */
  readonly rollouts: Record<string, number>;
}

/** Resolves the switches for one kind of client. Who uses it is left out, so that all of a kind get one answer from the CDN. */
export function resolveFeatures(
  config: ClientConfig,
  platform: string | undefined,
  clientVersion: string | undefined,
): Resolved {
  const resolved: Resolved = { features: {}, rollouts: {} };
  for (const [name, rule] of Object.entries(config.features)) {
    const { percent = 100, ...kind } = typeof rule === 'boolean' ? { percent: rule ? 100 : 0 } : rule;
    const on = percent > 0 && isFor(kind, platform, clientVersion);
    resolved.features[name] = on && percent === 100;
    if (on && percent < 100) resolved.rollouts[name] = percent;
  }
  return resolved;
}

function isFor(
  { platforms, minimumVersion }: { readonly platforms?: string[]; readonly minimumVersion?: string },
  platform: string | undefined,
  clientVersion: string | undefined,
): boolean {
  if (platforms && !(platform !== undefined && platforms.includes(platform))) return false;
  if (minimumVersion === undefined) return true;
  return clientVersion !== undefined && compareVersions(clientVersion, minimumVersion) >= 0;
}
