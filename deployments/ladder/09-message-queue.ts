import type { Deployment } from '../schema';
import before from './08-several-data-centers';

/** Slow work waits in a queue for workers on Spot. */
const rung = before.map((region): Deployment => ({
  ...region,
  monthlyBudget: 2_200,
  workers: {
    instanceTypes: ['t4g.medium', 't4g.large'],
    hardware: { reason: 'burstable: pictures come now and then' },
    min: 1,
    max: 6,
    backlogPerInstance: 60,
  },
}));

export default rung;
