import { join } from 'node:path';
import type { AddressMode } from './address-plan';

/** What can be chosen about a twin without touching the plan. */
export interface TwinSettings {
  /** Folder of the checkout: `cdktf.out`, `dist`, `.venv` are below it. */
  readonly projectFolder: string;
  /** Where logs, records and generated configuration go; `.twin` in the checkout by default. */
  readonly runFolder: string;
  /** cdktf's output directory. */
  readonly synthesized: string;
  /** Environment whose stacks are run (`local`, `ladder/05-cache`): all that are named `<environment>-...`. */
  readonly environment: string;
  /** Which one of several regions is run. */
  readonly region?: string;
  readonly addressMode: AddressMode;
  /** x of the addresses 127.x.y.z, 1 to 254. */
  readonly addressBlock: number;
  /** First port in `port-each` mode. */
  readonly firstPort: number;
  /** Added to the ports of the balancer's listeners: 443 is at 8443. */
  readonly portOffset: number;
  /** Milliseconds added to every database failover: RDS itself takes longer than a process here. */
  readonly failoverDelayMs: number;
}

/** Name by which the site is reached, and the address its listeners are on. */
export const SITE_NAME = 'localhost';
export const SITE_HOST = '127.0.0.1';

/** The origin that browsers see, in place of the plan's domain names, which have no DNS here. */
export function siteOrigin(settings: Pick<TwinSettings, 'portOffset'>): string {
  return `https://${SITE_NAME}:${443 + settings.portOffset}`;
}

/**
 * Ports of the n-th distribution, 0 for the first: the balancer has 443 and 80, and one address of this machine has each port once.
 */
export function wwwPorts(
  { portOffset }: Pick<TwinSettings, 'portOffset'>,
  index = 0,
): { readonly http: number; readonly https: number } {
  return { http: 81 + index + portOffset, https: 444 + index + portOffset };
}

/** The origin of the page where a distribution serves it. */
export function wwwOrigin(settings: Pick<TwinSettings, 'portOffset'>): string {
  return `https://${SITE_NAME}:${wwwPorts(settings).https}`;
}

export function defaultSettings(projectFolder: string, environment: string, mode: AddressMode): TwinSettings {
  return {
    projectFolder,
    runFolder: join(projectFolder, '.twin'),
    synthesized: join(projectFolder, 'cdktf.out'),
    environment,
    addressMode: mode,
    addressBlock: 1,
    firstPort: 20_000,
    portOffset: 8000,
    failoverDelayMs: 0,
  };
}
