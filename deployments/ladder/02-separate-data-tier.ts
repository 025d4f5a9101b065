import type { Deployment } from '../schema';
import before from './01-one-server';

const { instanceType, hardware } = before.server!;

/** The database on a server of its own, so that each of the two grows by itself. */
const rung: Deployment = {
  ...before,
  monthlyBudget: 150,
  server: { instanceType, hardware },
  database: {
    engineVersion: '17.6',
    instanceClass: 'db.t4g.medium',
    hardware: { reason: 'burstable: the data still fits into its memory' },
    storage: 50,
    maxStorage: 200,
    multiAz: { enabled: false, reason: 'a standby comes with replication' },
    replicas: 0,
    backupDays: 14,
  },
};

export default rung;
