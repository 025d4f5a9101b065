import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Logger } from 'pino';
import { z } from 'zod';
import { jitter } from '../backoff';
import type { ApiConfig } from '../config';
import { awsOptions } from './options';

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
export type FeatureName = 'signUp' | 'posts' | 'pictures' | 'boosts';

/** All that the service can do is on until the parameter says otherwise. */
const DEFAULTS: ClientConfig = {
  features: { signUp: true, posts: true, pictures: true, boosts: true },
  minimumVersions: {},
  message: null,
};

/** Client configuration, polled. Whatever happens to the parameter, the last good value stays in force. */
export class ClientConfigSource {
  private value = DEFAULTS;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  private readonly client: SSMClient;

  constructor(
    private readonly config: ApiConfig,
    private readonly log: Logger,
  ) {
    this.client = new SSMClient(awsOptions(config));
  }

  get current(): ClientConfig {
    return this.value;
  }

  async start(): Promise<void> {
    await this.poll();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.client.destroy();
  }

  /** @throws the parameter store's error or the fault in the value */
  async refresh(): Promise<void> {
    const found = await this.client.send(
      new GetParameterCommand({ Name: this.config.CLIENT_CONFIG_PARAMETER }),
    );
    const parsed = clientConfigSchema.parse(JSON.parse(found.Parameter?.Value ?? 'null'));
    this.value = { ...parsed, features: { ...DEFAULTS.features, ...parsed.features } };
  }

  private async poll(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      this.log.warn({ err: error }, 'client configuration not read, the last good value stays');
    }
    if (this.closed) return;
    this.timer = setTimeout(() => void this.poll(), jitter(this.config.CLIENT_CONFIG_POLL_SECONDS * 1000));
    this.timer.unref();
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
