import type { Deployment } from '../schema';
import before from './09-message-queue';

/** People see how it is doing and are told; libraries for the builds are at hand. */
const rung = before.map((region): Deployment => ({
  ...region,
  monthlyBudget: 2_500,
  packages: { upstream: 'npm' },
  observability: { archiveDays: 365 },
  canary: { enabled: true, everyMinutes: 5 },
}));

export default rung;
