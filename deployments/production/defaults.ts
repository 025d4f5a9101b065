import type { RegionDefaults } from '../schema';
import { production } from './global';

/**
 * What a region of production is, as far as its own file does not say otherwise. Sized for the reference service by the
 * calculation in docs/sizing.md; a test holds the two together.
 */
export const defaults = {
  ...production,
  network: { natPerZone: { enabled: true }, interfaceEndpoints: { enabled: true } },
  serviceVersion: '0.1.0',
  // CPU for web and workers: requests spend it on JSON, tokens and TLS to the data tier, workers on pictures.
  web: {
    instanceTypes: ['c7g.large', 'c6g.large', 'm7g.large'],
    min: 12,
    max: 36,
    nightMin: 6,
    requestsPerSecondPerInstance: 200,
    cpuTarget: 50,
  },
  workers: {
    instanceTypes: ['c7g.large', 'c6g.large', 'c6gd.large', 'm7g.large', 'm6g.large'],
    min: 2,
    max: 24,
    backlogPerInstance: 60,
  },
  quietHours: { from: 2, to: 7 },
  // Memory for the database and the cache: what is read often has to stay in it.
  database: {
    engineVersion: '17.6',
    instanceClass: 'db.r7g.xlarge',
    storage: 1_000,
    maxStorage: 4_000,
    multiAz: { enabled: true },
    replicas: 2,
    backupDays: 14,
  },
  cache: { nodeType: 'cache.r7g.large', nodes: 3 },
  cdn: { priceClass: 'PriceClass_All' },
  // A year: long enough to look back at what is found late.
  logDays: 365,
} satisfies RegionDefaults;
