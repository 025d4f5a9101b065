import type { Deployment } from '../schema';
import before from './10-logs-metrics-automation';

/** The data on several databases that share nothing. */
const rung = before.map((region): Deployment => ({
  ...region,
  monthlyBudget: 3_500,
  database: { ...region.database!, shards: 2 },
}));

export default rung;
