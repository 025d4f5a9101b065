import type { Deployment } from '../schema';
import { staging } from './global';

/** The shape of production, with the fewest and smallest instances that still have no single one of anything. */
const deployment: Deployment = {
  ...staging,
  region: 'us-east-1',
  zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  cidr: '10.128.0.0/16',
  continent: 'NA',
  timeZone: 'America/New_York',
  network: {
    natPerZone: {
      enabled: false,
      reason: 'a zone outage may stop image builds in staging; instances do not use NAT',
    },
    interfaceEndpoints: { enabled: true },
  },
  serviceVersion: '0.1.0',
  web: {
    instanceTypes: ['c7g.medium', 'c6g.medium'],
    min: 3,
    max: 6,
    nightMin: 2,
    requestsPerSecondPerInstance: 100,
    cpuTarget: 50,
  },
  workers: {
    instanceTypes: ['c7g.medium', 'c6g.medium', 'm7g.medium'],
    min: 1,
    max: 4,
    backlogPerInstance: 100,
  },
  quietHours: { from: 2, to: 7 },
  database: {
    engineVersion: '17.6',
    instanceClass: 'db.t4g.medium',
    storage: 50,
    maxStorage: 200,
    multiAz: { enabled: true },
    replicas: 1,
    backupDays: 7,
  },
  cache: { nodeType: 'cache.t4g.small', nodes: 2 },
  cdn: { priceClass: 'PriceClass_100' },
  logDays: 30,
};

export default deployment;
