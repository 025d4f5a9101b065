import type { FaultDetails } from '../lib/errors';
import { check, within, type Check } from './check';
import type { Deployment } from './schema';

/** A tier stands on others: without them it has nothing to work with, or nobody to work for. */
function stands(
  tier: 'workers' | 'transcoders' | 'cache' | 'cdn',
  on: 'web' | 'workers',
  why: string,
): Check {
  return check(
    tier,
    [on],
    (d) => d[tier] !== undefined && d[on] === undefined,
    (d) => d[tier],
    () => `only beside ${on}: ${why}`,
    () =>
      on === 'web' ? 'remove the key, or write web in place of server' : `remove the key, or write ${on}`,
  );
}

const off = (one: { readonly enabled: boolean }): boolean => !one.enabled;

/** Which tiers there may be together. What is left out is not made. */
export const BETWEEN_TIERS: readonly Check[] = [
  check(
    'web',
    ['server'],
    (d) => (d.web === undefined) === (d.server === undefined),
    (d) => d.web,
    (d) =>
      d.web === undefined
        ? 'servers behind a load balancer, where there is no server'
        : 'nothing beside server: one server needs no balancer, and several are web',
    (d) => (d.web === undefined ? 'copy it from deployments/local.ts' : 'remove server, or web'),
  ),
  check(
    'database',
    ['server'],
    (d) => d.database === undefined && d.web !== undefined,
    (d) => d.database,
    () => 'a database of its own beside web: servers that come and go keep none',
    () => 'copy it from deployments/local.ts',
  ),
  check(
    'server.dataVolume',
    ['database'],
    (d) => d.server !== undefined && d.server.dataVolume === undefined && d.database === undefined,
    (d) => d.server?.dataVolume,
    () => 'a volume for the database on the server, where there is no database of its own',
    () => 'write for instance { size: 40, snapshotDays: 14 }',
  ),
  stands('workers', 'web', 'one server does its jobs itself'),
  stands('transcoders', 'workers', 'they show a video until it is transcoded'),
  stands('cache', 'web', 'one server keeps its cache itself'),
  stands('cdn', 'web', 'it fails over to the balancers'),
  within(
    'web',
    'max',
    ['web.nightMin', 'web.requestsPerSecondPerInstance', 'web.cpuTarget'],
    ({ min, max, nightMin, requestsPerSecondPerInstance, cpuTarget }) => {
      const given = [nightMin, requestsPerSecondPerInstance, cpuTarget].filter((one) => one !== undefined);
      return given.length === 0 ? min !== max : given.length < 3;
    },
    ({ min, max, nightMin, requestsPerSecondPerInstance, cpuTarget }) => ({
      min,
      max,
      nightMin,
      requestsPerSecondPerInstance,
      cpuTarget,
    }),
    () =>
      'web.nightMin, web.requestsPerSecondPerInstance and web.cpuTarget all three, or none of them and a max that is min',
    ({ min }) => `write all three, or leave them out and write ${min} for max`,
  ),
  check(
    'web',
    ['web.nightMin', 'sharedState'],
    (d) => d.web?.nightMin !== undefined && d.sharedState === undefined,
    () => ({ sharedState: undefined }),
    () => 'sharedState beside web.nightMin: servers that come and go remember nothing',
    () => "write sharedState: { capacity: 'on-demand' }, or leave the scaling of web out",
  ),
  check(
    'secretRotation',
    ['server'],
    (d) => d.server !== undefined && d.secretRotation.enabled,
    (d) => d.secretRotation,
    () =>
      'none beside server: the functions that rotate need the NAT gateways or endpoints of private subnets, and it has neither',
    () => "write { enabled: false, reason: 'why' }",
  ),
  check(
    'network',
    ['server'],
    (d) => d.server !== undefined && !(off(d.network.natPerZone) && off(d.network.interfaceEndpoints)),
    (d) => d.network,
    () => 'natPerZone and interfaceEndpoints off beside server: nothing of it runs in a private subnet',
    () => "write { enabled: false, reason: 'why' } for both",
  ),
  check(
    'observability',
    ['web', 'workers', 'sharedState'],
    (d) => d.observability !== undefined && !(d.web && d.workers && d.sharedState),
    (d) => d.observability,
    () => 'only beside web, workers and sharedState, which its dashboard shows',
    () => 'remove the key, or write what is missing of the three',
  ),
  check(
    'metricsExport',
    ['observability'],
    (d) => d.metricsExport !== undefined && d.observability === undefined,
    (d) => d.metricsExport,
    () => 'only beside observability, whose bucket takes what cannot be delivered',
    () => 'remove the key, or write observability: { archiveDays: 30 }',
  ),
  check(
    'canary',
    ['observability'],
    (d) => d.canary !== undefined && d.observability === undefined,
    (d) => d.canary,
    () => 'only beside observability, which it is part of',
    () => 'remove the key, or write observability: { archiveDays: 30 }',
  ),
  check(
    'server',
    ['environment'],
    (d) => d.environment === 'production' && d.server !== undefined,
    (d) => d.server,
    () => 'web in production, as one machine is a single point of failure',
    () => 'write web in place of server',
  ),
];

/** Faults of a deployment that is one of several regions. */
export function aloneOnly(file: string, deployment: Deployment): FaultDetails[] {
  if (deployment.server === undefined) return [];
  return [
    {
      where: `${file}: server`,
      received: deployment.server,
      allowed: 'web in an environment of several regions: what is on one server is nowhere else',
      fix: 'write web, or remove the other regions',
    },
  ];
}
