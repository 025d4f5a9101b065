import fc from 'fast-check';
import type { Selection } from '../../deployments/load';
import type { Deployment } from '../../deployments/schema';
import { betweenSeveral, interRegion } from './inter-region';
import { movesOf } from './moves';
import { DATADOG_SITES } from '../../lib/datadog';
import { chat } from './chat';
import { architecture } from './hardware';

/** Arbitrary legal deployments: every value that the schema takes, as far as its rules between keys allow. */

const REGIONS = {
  'us-east-1': ['NA', 'America/New_York'],
  'us-west-2': ['NA', 'America/Los_Angeles'],
  'sa-east-1': ['SA', 'America/Sao_Paulo'],
  'eu-west-1': ['EU', 'Europe/Dublin'],
  'ap-south-1': ['AS', 'Asia/Kolkata'],
  'ap-northeast-2': ['AS', 'Asia/Seoul'],
  'ap-southeast-4': ['OC', 'Australia/Melbourne'],
  'af-south-1': ['AF', 'Africa/Johannesburg'],
} as const satisfies Record<string, readonly [Deployment['continent'], string]>;
type Region = keyof typeof REGIONS;

const word = fc
  .oneof(
    fc.stringMatching(/^[a-z][a-z0-9]{1,11}$/),
    fc.stringMatching(/^[a-z][a-z0-9]{11}$/),
    fc.constantFrom('projectlong1', 'production', 'zz'),
  )
  .filter((text) => !/^(aws|ssm)|^(sg|internal|sthree)$/.test(text));

const domain = fc.oneof(
  fc.constant('tiers.example.com'),
  // The longest that a certificate takes.
  fc.constant(`${'a'.repeat(25)}.${'b'.repeat(26)}.example.com`),
  fc.constant(`${'d'.repeat(60)}.com`),
  fc.stringMatching(/^[a-z][a-z0-9]{0,15}\.[a-z]{2,10}$/),
);

const reason = fc.oneof(
  fc.constant('nobody depends on what is kept here'),
  fc.constant('"quoted", with a \\ and a {brace} and 10% of ümlauts'),
  fc
    .string({ unit: 'grapheme-ascii', minLength: 12, maxLength: 60 })
    .filter((text) => text.trim().length >= 10 && !/[$%]\{/.test(text)),
  fc.constant('r'.repeat(300)),
);
const off = reason.map((text) => ({ enabled: false, reason: text }) as const);
const safeguard = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ enabled: true } as const) },
  { weight: 1, arbitrary: off },
);

const UNUSED = { enabled: false, reason: 'nothing runs in a private subnet' } as const;
const count = (from: number, to: number): fc.Arbitrary<number> => fc.integer({ min: from, max: to });
/** Two blocks of /16 to /22, beside one another: one starts each half of a private /12. */
const blocks = fc
  .tuple(fc.constantFrom([10, 32], [172, 16], [10, 0], [10, 240]), count(16, 22), count(16, 22), count(0, 7))
  .map(([[first, second], one, two, offset]) => [
    `${first}.${second! + offset}.0.0/${one}`,
    `${first}.${second! + 8 + offset}.0.0/${two}`,
  ]);

interface Place {
  readonly region: Region;
  readonly letters: readonly string[];
}
const place: fc.Arbitrary<Place> = fc.record({
  region: fc.constantFrom(...(Object.keys(REGIONS) as Region[])),
  letters: fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e', 'f'], { minLength: 2, maxLength: 4 }),
});
const places = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(place) },
  { weight: 1, arbitrary: fc.tuple(place, place).filter(([one, two]) => one.region !== two.region) },
);

const state = fc.constantFrom<Deployment['state']>(
  { backend: 'local' },
  { backend: 's3', bucket: 'acme.states', region: 'eu-west-1' },
  {
    backend: 'own',
    region: 'eu-west-1',
    replicaRegion: 'ap-southeast-4',
    deployers: ['arn:aws:iam::444455556666:role/teams/pipeline', 'arn:aws:iam::444455556666:user/o.brien'],
  },
);

const shared = fc.record(
  {
    project: word,
    environment: word,
    account: fc.stringMatching(/^\d{12}$/),
    domain,
    zone: fc.oneof(
      fc.record({ hostedZoneId: fc.constantFrom('Z0123456789ABC', `Z${'A'.repeat(31)}`) }),
      fc.record({ dns: fc.record({ signing: safeguard, queryLogs: safeguard }, { requiredKeys: [] }) }),
    ),
    state,
    monthlyBudget: fc.oneof(count(1, 1000), fc.constant(10_000_000)),
    contact: fc.constantFrom('oncall@example.com', "o'neil+pager@sub.example.com"),
    accountDefaults: safeguard,
    interRegion,
    deletionProtection: safeguard,
    chat,
    cdn: fc.record({ priceClass: fc.constantFrom('PriceClass_100', 'PriceClass_200', 'PriceClass_All') }),
  },
  {
    requiredKeys: [
      'project',
      'environment',
      'account',
      'domain',
      'state',
      'monthlyBudget',
      'contact',
      'deletionProtection',
    ],
  },
);

const sizes = fc.record({
  hardware: architecture,
  why: reason.filter((text) => text.trim().length >= 20 && text.length <= 200),
  rootVolume: fc.option(count(20, 1000), { nil: undefined }),
  types: count(1, 4),
  nightMin: count(1, 6),
  dayMore: count(0, 20),
  peakMore: count(0, 60),
  workers: count(1, 3),
  workersMore: count(0, 20),
  transcoders: fc.option(count(1, 3), { nil: undefined }),
  quietFrom: count(0, 23),
  quietHours: count(2, 23),
  storage: count(20, 50_000),
  replicas: fc.oneof({ weight: 19, arbitrary: count(0, 4) }, { weight: 1, arbitrary: fc.constant(15) }),
  backupDays: count(1, 35),
  copies: fc.option(off, { nil: undefined }),
  blueGreen: fc.boolean(),
  multiAz: safeguard,
  secretRotation: fc.oneof(
    fc.record({
      enabled: fc.constant(true as const),
      every: fc.constantFrom('week' as const, 'month' as const, 'quarter' as const),
    }),
    safeguard.filter((one) => !one.enabled),
  ),
  natPerZone: safeguard,
  interfaceEndpoints: safeguard,
  canary: fc.oneof(
    fc.record({
      enabled: fc.constant(true as const),
      everyMinutes: fc.constantFrom(1 as const, 5 as const, 15 as const),
    }),
    fc.record({ enabled: fc.constant(false as const), reason }),
    fc.constant(undefined),
  ),
  // One server, a fixed number of them, one that follows the load, and that with workers and all that tells of them.
  machines: fc.oneof(
    { weight: 1, arbitrary: fc.constant('server' as const) },
    { weight: 1, arbitrary: fc.constant('fixed' as const) },
    { weight: 1, arbitrary: fc.constant('scaled' as const) },
    { weight: 5, arbitrary: fc.constant('observed' as const) },
  ),
  dataVolume: fc.option(fc.record({ size: count(10, 16_384), snapshotDays: count(1, 365) }), {
    nil: undefined,
  }),
  shards: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: count(2, 3) }),
  cacheNodes: fc.option(count(2, 6), { nil: undefined }),
  engineVersion: fc.constantFrom('15.14', '16.10', '17.6', '18.1'),
  logDays: fc.constantFrom(1 as const, 30 as const, 90 as const, 731 as const),
  errorTracking: fc.boolean(),
  metricsExport: fc.option(fc.constantFrom(...DATADOG_SITES), { nil: undefined }),
  timeZone: fc.constantFrom(undefined, 'Etc/UTC', 'UTC', 'Pacific/Kiritimati'),
  datacenter: count(0, 30),
  moves: count(0, 2),
  retires: fc.boolean(),
});

/** One environment with one region or two, all of it chosen. */
export const selections: fc.Arbitrary<Selection> = fc
  .record({ shared, places, blocks, sizes, home: fc.boolean() })
  .map(({ shared: { zone, ...rest }, places: where, blocks: cidrs, sizes: size, home }) => {
    const common = { ...betweenSeveral(rest, where), ...zone };
    const homeRegion = (home ? where[0] : where[where.length - 1]!).region;
    const production = common.environment === 'production';
    const regions = where.map(({ region, letters }, index): Deployment => {
      const [continent, timeZone] = REGIONS[region];
      const nightMin = Math.max(size.nightMin, production ? 2 : 1);
      const min = Math.max(nightMin + size.dayMore, letters.length);
      const types = size.hardware.web.slice(0, size.types);
      const kind =
        size.machines === 'server' && (production || where.length > 1) ? 'observed' : size.machines;
      const alone = kind === 'server';
      const hardware = { reason: size.why, ...(size.hardware.unusual ? { unusual: true as const } : {}) };
      const onSpot = (fewest: number) => ({
        ...{ instanceTypes: types, hardware, backlogPerInstance: 60 },
        ...{ min: fewest, max: fewest + size.workersMore },
      });
      const { cdn, ...withoutCdn } = common;
      return {
        ...withoutCdn,
        ...(cdn && !alone ? { cdn } : {}),
        homeRegion,
        ...movesOf(size, homeRegion, where),
        region,
        zones: letters.map((letter) => `${region}${letter}`),
        cidr: cidrs[index]!,
        continent,
        timeZone: size.timeZone ?? timeZone,
        ...(index > 0 || size.datacenter ? { datacenter: size.datacenter + index } : {}),
        backupCopies: size.copies ?? { region: region === 'us-west-2' ? 'us-east-1' : 'us-west-2' },
        network: alone
          ? { natPerZone: UNUSED, interfaceEndpoints: UNUSED }
          : { natPerZone: size.natPerZone, interfaceEndpoints: size.interfaceEndpoints },
        serviceVersion: '0.1.0',
        ...(kind === 'server'
          ? {
              server: {
                instanceType: types[0]!,
                hardware: {
                  reason: size.why,
                  ...(size.hardware.unusual || !types[0]!.startsWith('m') ? { unusual: true as const } : {}),
                },
                rootVolume: size.rootVolume,
                ...(size.dataVolume ? { dataVolume: size.dataVolume } : {}),
              },
            }
          : {
              web: {
                instanceTypes: types,
                hardware,
                rootVolume: size.rootVolume,
                min,
                // Web servers without workers make ids: 26 have numbers of their own, also during a refresh.
                max: kind === 'fixed' ? min : kind === 'scaled' ? 26 : min + size.peakMore,
                ...(kind === 'fixed' ? {} : { nightMin, requestsPerSecondPerInstance: 100, cpuTarget: 50 }),
              },
            }),
        ...(kind === 'scaled' || kind === 'observed' ? { sharedState: { capacity: 'on-demand' } } : {}),
        ...(kind === 'observed'
          ? {
              workers: onSpot(size.workers),
              ...(size.transcoders ? { transcoders: onSpot(size.transcoders) } : {}),
              observability: { archiveDays: size.backupDays },
            }
          : {}),
        quietHours: { from: size.quietFrom, to: (size.quietFrom + size.quietHours) % 24 },
        secretRotation: alone ? UNUSED : size.secretRotation,
        ...(alone && size.dataVolume
          ? {}
          : {
              database: {
                engineVersion: size.engineVersion,
                instanceClass: size.hardware.database,
                hardware,
                storage: size.storage,
                maxStorage: Math.min(65_536, Math.ceil(size.storage * 1.26) + 10),
                multiAz: production ? { enabled: true } : size.multiAz,
                replicas: Math.max(size.replicas, production ? 2 : 0),
                backupDays: size.backupDays,
                ...(size.blueGreen && !production && !size.replicas && where.length === 1
                  ? { updates: 'blue-green' as const }
                  : {}),
                shards: size.shards,
              },
            }),
        ...(size.cacheNodes && !alone
          ? { cache: { nodeType: size.hardware.cache, hardware, nodes: size.cacheNodes } }
          : {}),
        ...(size.canary && kind === 'observed' ? { canary: size.canary } : {}),
        logDays: size.logDays,
        ...(size.metricsExport && kind === 'observed'
          ? {
              metricsExport: {
                datadog: {
                  site: size.metricsExport,
                  apiKeySecretArn: `arn:aws:secretsmanager:${region}:${common.account}:secret:datadog-AbCdEf`,
                },
              },
            }
          : {}),
        ...(size.errorTracking
          ? {
              errorTracking: {
                sentry: {
                  dsnSecretArn: `arn:aws:secretsmanager:${region}:${common.account}:secret:sentry/dsn-AbCdEf`,
                },
              },
            }
          : {}),
      };
    });
    return { environment: common.environment, regions, chosen: regions.map(({ region }) => region) };
  });
