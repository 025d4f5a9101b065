import type { RegionDefaults } from '../schema';
import { staging } from './global';

/**
 * What a region of staging is, as far as its own file does not say otherwise: the shape of production, with the fewest
 * and smallest instances that still have no single one of anything.
 */
export const defaults = {
  ...staging,
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
    hardware: { reason: "CPU, as in production, in the family's smallest size" },
    min: 3,
    max: 6,
    nightMin: 2,
    requestsPerSecondPerInstance: 100,
    cpuTarget: 50,
  },
  workers: {
    instanceTypes: ['c7g.medium', 'c6g.medium', 'm7g.medium'],
    hardware: { reason: "CPU, as in production, in the family's smallest size" },
    min: 1,
    max: 4,
    backlogPerInstance: 100,
  },
  transcoders: {
    instanceTypes: ['c7g.medium', 'c6g.medium', 'm7g.medium'],
    hardware: { reason: "CPU, as in production, in the family's smallest size" },
    min: 1,
    max: 2,
    backlogPerInstance: 10,
  },
  quietHours: { from: 2, to: 7 },
  secretRotation: { enabled: true, every: 'month' },
  database: {
    engineVersion: '17.6',
    instanceClass: 'db.t4g.medium',
    hardware: { reason: 'burstable: releases are tried here for minutes a day, the data is small' },
    storage: 50,
    maxStorage: 200,
    multiAz: { enabled: true },
    replicas: 1,
    backupDays: 7,
  },
  cache: {
    nodeType: 'cache.t4g.small',
    hardware: { reason: 'burstable: few keys, and hardly ever a request' },
    nodes: 2,
  },
  cdn: { priceClass: 'PriceClass_100' },
  observability: { archiveDays: 30 },
  logDays: 30,
} satisfies RegionDefaults;
