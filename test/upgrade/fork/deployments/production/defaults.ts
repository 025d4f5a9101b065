import type { RegionDefaults } from '../../../../../deployments/schema';
import { production } from './global';

/** Written for the first release, and never edited for a later one but where docs/upgrading.md says that a fork has to. */
export const defaults = {
  ...production,
  network: { natPerZone: { enabled: true }, interfaceEndpoints: { enabled: true } },
  serviceVersion: '0.1.0',
  web: {
    instanceTypes: ['c7g.large', 'c6g.large'],
    hardware: { reason: 'CPU: orders are priced and signed in the request' },
    min: 3,
    max: 12,
    nightMin: 2,
    requestsPerSecondPerInstance: 150,
    cpuTarget: 50,
  },
  workers: {
    instanceTypes: ['c7g.large', 'c6g.large', 'm7g.large'],
    hardware: { reason: 'CPU: pictures of goods are scaled when they are uploaded' },
    min: 1,
    max: 6,
    backlogPerInstance: 60,
  },
  quietHours: { from: 1, to: 6 },
  secretRotation: { enabled: true, every: 'quarter' },
  database: {
    engineVersion: '17.6',
    instanceClass: 'db.r7g.large',
    hardware: { reason: 'memory: the catalogue is read all day and has to stay in it' },
    storage: 200,
    maxStorage: 1_000,
    multiAz: { enabled: true },
    replicas: 2,
    backupDays: 14,
  },
  cache: {
    nodeType: 'cache.r7g.large',
    hardware: { reason: 'memory: baskets and prices are read with every page' },
    nodes: 2,
  },
  cdn: { priceClass: 'PriceClass_100' },
  observability: { archiveDays: 365 },
  canary: { enabled: true, everyMinutes: 5 },
  logDays: 90,
} satisfies RegionDefaults;
