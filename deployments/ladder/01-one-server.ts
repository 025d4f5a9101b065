import type { Deployment } from '../schema';

/** The web, the database and the cache on one machine. */
const rung: Deployment = {
  project: 'tiers',
  environment: 'ladder',
  account: '333333333333',
  domain: 'ladder.tiers.example.com',
  homeRegion: 'us-east-1',
  state: { backend: 'local' },
  monthlyBudget: 100,
  contact: 'oncall@example.com',
  deletionProtection: { enabled: true },

  region: 'us-east-1',
  zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  cidr: '10.64.0.0/16',
  continent: 'NA',
  backupCopies: { enabled: false, reason: 'the snapshots of one server stay in its region' },
  timeZone: 'America/New_York',
  network: {
    natPerZone: { enabled: false, reason: 'nothing runs in a private subnet yet' },
    interfaceEndpoints: { enabled: false, reason: 'nothing runs in a private subnet yet' },
  },
  serviceVersion: '0.1.0',
  server: {
    instanceType: 't4g.medium',
    hardware: { reason: 'burstable: nobody knows yet whether anybody comes' },
    dataVolume: { size: 20, snapshotDays: 14 },
  },
  quietHours: { from: 2, to: 7 },
  secretRotation: { enabled: false, reason: 'its functions need a private subnet with a way out' },
  logDays: 30,
};

export default rung;
