import { isDeepStrictEqual } from 'node:util';
import { parseBlock } from '../lib/cidr';
import { APP_SUBNET_BITS, RESERVED_ADDRESSES_PER_SUBNET } from '../lib/limits';
import { BETWEEN_TIERS } from './between-tiers';
import { check, type Check } from './check';
import { NUMBER_CHECKS, REFRESH_SHARE } from './datacenter';
import { HARDWARE_CHECKS } from './hardware-checks';
import type { Deployment } from './schema';
import { TIER_CHECKS, unique } from './tier-checks';

const outsideRegion = (d: Deployment): string[] => d.zones.filter((zone) => zone.slice(0, -1) !== d.region);

/** Secrets that people make by hand, which stacks only name. */
const SECRETS: readonly (readonly [path: string, arnOf: (d: Deployment) => string | undefined])[] = [
  ['errorTracking.sentry.dsnSecretArn', (d) => d.errorTracking?.sentry.dsnSecretArn],
  ['metricsExport.datadog.apiKeySecretArn', (d) => d.metricsExport?.datadog.apiKeySecretArn],
];
const hasSecret = ({ region, account }: Deployment, arn?: string): boolean =>
  arn === undefined || arn.startsWith(`arn:aws:secretsmanager:${region}:${account}:`);

/** Interface endpoints of a zone and the machine that builds images, with as much again for those to come. */
const OTHER_ADDRESSES = 20;

/** Addresses that each zone's app subnet has to have when both fleets are at their largest. */
function addressesPerZone({ web, workers, transcoders, zones }: Deployment): number {
  const most = (web?.max ?? 0) + (workers?.max ?? 0) + (transcoders?.max ?? 0);
  const instances = Math.ceil((REFRESH_SHARE * most) / zones.length);
  return instances + OTHER_ADDRESSES + RESERVED_ADDRESSES_PER_SUBNET;
}

/** The longest prefix of a VPC whose app subnets have these many addresses. */
function prefixFor(addresses: number): number {
  return 32 - Math.ceil(Math.log2(addresses)) - APP_SUBNET_BITS;
}

export const CHECKS: readonly Check[] = [
  check(
    'zones',
    ['region'],
    (d) => outsideRegion(d).length > 0,
    (d) => outsideRegion(d),
    (d) => `zones of ${d.region}`,
    (d) => `write for instance "${d.region}a"`,
  ),
  check(
    'zones',
    [],
    (d) => !unique(d.zones),
    (d) => d.zones,
    () => 'each zone once',
    () => 'remove the zone that is listed twice',
  ),
  check(
    'cidr',
    ['zones', 'web.max', 'workers.max', 'transcoders.max'],
    (d) => parseBlock(d.cidr)!.prefix > prefixFor(addressesPerZone(d)),
    (d) => d.cidr,
    (d) =>
      `a block of /${prefixFor(addressesPerZone(d))} or larger, whose app subnets in ${d.zones.length} zones hold web.max (${d.web?.max ?? 0}), workers.max (${d.workers?.max ?? 0}) and transcoders.max (${d.transcoders?.max ?? 0}) during a refresh`,
    () => 'choose a larger block, or lower web.max, workers.max or transcoders.max',
  ),
  check(
    'quietHours.to',
    ['quietHours.from'],
    // The daily backup and the weekly maintenance take one hour each.
    (d) => (d.quietHours.to - d.quietHours.from + 24) % 24 < 2,
    (d) => d.quietHours.to,
    (d) => `two hours or more after quietHours.from (${d.quietHours.from})`,
    () => 'write 7 for a night from 2 to 7',
  ),
  check(
    'backupCopies',
    ['region'],
    (d) => 'region' in d.backupCopies && d.backupCopies.region === d.region,
    (d) => d.backupCopies,
    (d) => `another region than ${d.region}, or { enabled: false, reason }`,
    () => "write for instance { region: 'us-west-2' }",
  ),
  check(
    'dns',
    ['hostedZoneId'],
    (d) => d.dns !== undefined && d.hostedZoneId !== undefined,
    (d) => d.dns,
    () => 'nothing beside hostedZoneId: a zone that exists already is signed and logged where it was made',
    () => 'remove the key, or hostedZoneId',
  ),
  check(
    'chat.ticket',
    ['chat.page'],
    // A channel is configured once in an account: the second time is refused as "already configured".
    ({ chat }) => chat !== undefined && isDeepStrictEqual(chat.page, chat.ticket),
    ({ chat }) => chat?.ticket,
    () => 'another channel than chat.page has: a page must not drown among tickets',
    () => 'choose a channel for each, or leave one of them out',
  ),
  ...SECRETS.map(([path, arnOf]) =>
    check(
      path,
      ['region', 'account'],
      (d) => !hasSecret(d, arnOf(d)),
      arnOf,
      (d) => `a secret of ${d.region} in the account ${d.account}, under the default key of Secrets Manager`,
      () => 'make the secret there, one in each region',
    ),
  ),
  check(
    'metricsExport.datadog.namespaces',
    [],
    ({ metricsExport }) => !unique(metricsExport?.datadog.namespaces ?? []),
    ({ metricsExport }) => metricsExport?.datadog.namespaces,
    () => 'each namespace once',
    () => 'remove the namespace that is listed twice',
  ),
  check(
    'state.bucket',
    ['project', 'environment', 'region'],
    ({ state, project, environment, region }) =>
      state.backend === 's3' && state.bucket.startsWith(`${project}-${environment}-${region}-`),
    ({ state }) => (state.backend === 's3' ? state.bucket : undefined),
    ({ project, environment, region }) =>
      `a bucket that no stack of this deployment makes; their names begin with ${project}-${environment}-${region}-`,
    () => "write for instance 'acme-states'",
  ),
  check(
    'state.replicaRegion',
    [],
    ({ state }) => state.backend === 'own' && state.replicaRegion === state.region,
    ({ state }) => (state.backend === 'own' ? state.replicaRegion : undefined),
    ({ state }) => `another region than state.region (${state.backend === 'own' ? state.region : ''})`,
    () => 'choose a region that is not lost with the first',
  ),
  ...BETWEEN_TIERS,
  ...TIER_CHECKS,
  ...NUMBER_CHECKS,
  ...HARDWARE_CHECKS,
];
