import type { Deployment } from './schema';

/** Sized for one machine: what `make up` runs. It has every tier, each as small as it can be with nothing left single. */
const local: Deployment = {
  project: 'tiers',
  environment: 'local',
  account: '000000000000',
  domain: 'local.tiers.example.com',
  homeRegion: 'us-east-1',
  state: { backend: 'local' },
  monthlyBudget: 400,
  contact: 'oncall@example.com',
  deletionProtection: { enabled: false, reason: 'made to be thrown away: it runs on one machine' },
  sharedState: { capacity: 'on-demand' },
  packages: { upstream: 'npm' },

  region: 'us-east-1',
  zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  cidr: '10.255.0.0/16',
  continent: 'NA',
  backupCopies: { enabled: false, reason: 'made to be thrown away: it runs on one machine' },
  timeZone: 'America/New_York',
  network: {
    natPerZone: { enabled: false, reason: 'one gateway is enough where no user depends on it' },
    interfaceEndpoints: {
      enabled: false,
      reason: 'seven endpoints in three zones cost more than all else here',
    },
  },
  serviceVersion: '0.1.0',
  web: {
    instanceTypes: ['t4g.small'],
    hardware: { reason: 'the smallest that starts the service; on one machine they are processes' },
    min: 3,
    max: 6,
    nightMin: 2,
    requestsPerSecondPerInstance: 50,
    cpuTarget: 60,
  },
  workers: {
    instanceTypes: ['t4g.small', 't4g.medium'],
    hardware: { reason: 'the smallest that holds a picture in memory' },
    min: 1,
    max: 3,
    backlogPerInstance: 50,
  },
  transcoders: {
    instanceTypes: ['t4g.small', 't4g.medium'],
    hardware: { reason: 'the smallest: the videos of whoever tries it are short' },
    min: 1,
    max: 2,
    backlogPerInstance: 5,
  },
  quietHours: { from: 2, to: 7 },
  secretRotation: { enabled: true, every: 'month' },
  database: {
    engineVersion: '17.6',
    instanceClass: 'db.t4g.micro',
    hardware: { reason: 'the smallest that RDS has for PostgreSQL' },
    storage: 20,
    maxStorage: 100,
    multiAz: { enabled: true },
    replicas: 2,
    backupDays: 1,
  },
  cache: {
    nodeType: 'cache.t4g.micro',
    hardware: { reason: 'the smallest that ElastiCache has for Valkey' },
    nodes: 2,
  },
  cdn: { priceClass: 'PriceClass_100' },
  observability: { archiveDays: 7 },
  logDays: 7,
};

export default local;
