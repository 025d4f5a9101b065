import type { Deployment } from '../schema';
import before from './02-separate-data-tier';

const { server, ...rest } = before;

/** Several servers on private addresses behind a public entry: one may die. */
const rung: Deployment = {
  ...rest,
  monthlyBudget: 500,
  network: {
    natPerZone: { enabled: true },
    interfaceEndpoints: { enabled: false, reason: 'what three servers send through NAT costs less' },
  },
  web: {
    instanceTypes: ['t4g.medium'],
    hardware: server!.hardware,
    min: 3,
    max: 3,
  },
  secretRotation: { enabled: true, every: 'month' },
};

export default rung;
