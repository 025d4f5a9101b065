import type { Deployment } from '../schema';
import before from './04-database-replication';

/** What is read often comes from memory. */
const rung: Deployment = {
  ...before,
  monthlyBudget: 850,
  cache: {
    nodeType: 'cache.t4g.small',
    hardware: { reason: 'burstable: the keys that are read often fit into a gibibyte' },
    nodes: 2,
  },
};

export default rung;
