import { ConfigurationError } from '../../lib/errors';

/** Gibibytes of memory of the size `large`; it doubles from one size to the next. */
const LARGE = { t: 8, m: 8, r: 16 } as const;

/** Amazon RDS User Guide, "Hardware specifications for DB instance classes": sizes in multiples of `large`. */
const SIZES: Readonly<Record<string, number>> = {
  micro: 1 / 8,
  small: 1 / 4,
  medium: 1 / 2,
  large: 1,
  xlarge: 2,
};

/** Memory of an RDS instance class of the families t, m and r, in gibibytes. */
export function databaseMemory(instanceClass: string): number {
  const match = /^db\.([tmr])\d[a-z]*\.(micro|small|medium|large|(\d*)xlarge)$/.exec(instanceClass);
  if (!match) {
    throw new ConfigurationError([
      {
        where: 'alarms.database.instanceClass',
        received: instanceClass,
        allowed: 'an RDS instance class of the families t, m or r, whose memory is known',
        fix: 'choose for instance db.m7g.large, or pass maxConnections',
      },
    ]);
  }
  const [, family, size, times] = match;
  const multiple = times ? Number(times) * SIZES['xlarge']! : SIZES[size!]!;
  return LARGE[family as keyof typeof LARGE] * multiple;
}

/**
 * Amazon RDS User Guide, "Quotas and constraints for Amazon RDS": PostgreSQL takes one connection for each 9,531,392
 * bytes of memory, 5,000 at most. RDS keeps some memory for itself, so an instance takes a few per cent fewer.
 */
export function defaultMaxConnections(instanceClass: string): number {
  return Math.min(5000, Math.floor((databaseMemory(instanceClass) * 2 ** 30) / 9_531_392));
}
