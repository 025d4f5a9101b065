import { ConfigurationError } from '../../lib/errors';
import { SPOT_NOTICE } from '../../lib/limits';

export interface SpotOptions {
  /** Instances that are never Spot, from 0. Default: 0. */
  readonly onDemandBase?: number;
  /** Seconds that an instance may finish its work in before it ends, 30 to 110. Default: 90. */
  readonly drain?: number;
}

/** How a fleet on Spot instances ends one of them. */
export interface SpotPlan {
  readonly onDemandBase: number;
  /** Seconds of the termination hook. */
  readonly drain: number;
}

/**
 * Checks that an instance is done when EC2 takes it: on Spot, the group first deregisters it from its target group, and
 * runs its termination hook afterwards, so both together must fit into the notice.
 */
export function planSpot(where: string, options: SpotOptions, deregistrationDelay: number): SpotPlan {
  const plan = { onDemandBase: options.onDemandBase ?? 0, drain: options.drain ?? 90 };
  if (plan.drain < 30 || deregistrationDelay + plan.drain >= SPOT_NOTICE) {
    throw new ConfigurationError([
      {
        where: `${where}.spot.drain`,
        received: plan.drain,
        allowed: `at least 30 s, and with the deregistration delay of ${deregistrationDelay} s less than the notice of ${SPOT_NOTICE} s`,
        fix: 'shorten the drain, or the longest request of the load balancer',
      },
    ]);
  }
  if (!Number.isInteger(plan.onDemandBase) || plan.onDemandBase < 0) {
    throw new ConfigurationError([
      {
        where: `${where}.spot.onDemandBase`,
        received: plan.onDemandBase,
        allowed: 'a whole number from 0',
        fix: 'write 0 for a fleet of Spot instances only',
      },
    ]);
  }
  return plan;
}
