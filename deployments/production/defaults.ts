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
  web: {
    instanceTypes: ['c7g.large', 'c6g.large', 'm7g.large'],
    hardware: { reason: 'CPU: requests spend it on JSON, tokens and TLS to the data tier' },
    min: 12,
    max: 36,
    nightMin: 6,
    requestsPerSecondPerInstance: 200,
    cpuTarget: 50,
  },
  workers: {
    instanceTypes: ['c7g.large', 'c6g.large', 'c6gd.large', 'm7g.large', 'm6g.large'],
    hardware: {
      reason: 'CPU: pictures are decoded and scaled; five types, as Spot takes one away at a time',
    },
    min: 2,
    max: 24,
    backlogPerInstance: 60,
  },
  transcoders: {
    instanceTypes: ['c7g.xlarge', 'c6g.xlarge', 'c6gd.xlarge', 'm7g.xlarge', 'm6g.xlarge'],
    hardware: {
      reason: 'CPU: encoding takes all there is; five types, as Spot takes one away at a time',
    },
    min: 1,
    max: 12,
    backlogPerInstance: 5,
  },
  quietHours: { from: 2, to: 7 },
  secretRotation: { enabled: true, every: 'month' },
  database: {
    engineVersion: '17.6',
    instanceClass: 'db.r7g.xlarge',
    hardware: { reason: 'memory: the rows and indexes that are read often have to stay in it' },
    storage: 1_000,
    maxStorage: 4_000,
    multiAz: { enabled: true },
    replicas: 2,
    backupDays: 14,
  },
  cache: {
    nodeType: 'cache.r7g.large',
    hardware: { reason: 'memory: it is what a cache is for, and its engine uses one core' },
    nodes: 3,
  },
  cdn: { priceClass: 'PriceClass_All' },
  observability: { archiveDays: 365 },
  canary: { enabled: true, everyMinutes: 1 },
  // A year: long enough to look back at what is found late.
  logDays: 365,
} satisfies RegionDefaults;
