import type { Off, Safeguard } from '../../lib/decisions';
import type { QuietHoursUtc } from '../../lib/quiet-hours';
import type { EncryptionKey } from '../encryption-key';
import type { Network } from '../network';
import type { Lineage } from '../../lib/lineage';

export interface RelationalDatabaseProps {
  readonly network: Network;
  /** Under which storage, backups, query statistics, logs and the administrator's secret are kept. */
  readonly encryptionKey: EncryptionKey;
  /** Number of the physical shard, 0 to 99. It never changes. */
  readonly shard: number;
  /** PostgreSQL version such as `17` or `17.6`; with minor upgrades on, RDS chooses and raises the minor one itself. */
  readonly engineVersion: string;
  /** Instance class of every instance, such as `db.m7g.large`: a replica is never smaller than what it may replace. */
  readonly instanceClass: string;
  /** Gibibytes at the start, and the most that each instance grows to by itself; equal for no growth. */
  readonly storage: number;
  readonly maxStorage: number;
  /** A synchronous standby in another zone. Default: on. */
  readonly multiAz?: Safeguard;
  /** Read replicas, 0 to 15. */
  readonly replicas: number;
  /** Days of point-in-time recovery, 1 to 35. */
  readonly backupDays: number;
  /** Key of another region, to which the writer's backups are copied as soon as they are there. */
  readonly copies: { readonly encryptionKey: EncryptionKey } | Off;
  /** How changes that restart an instance are made; `blue-green` takes no replicas. Default: `in-place`. */
  readonly updates?: 'in-place' | 'blue-green';
  /** UTC hours of backups and maintenance; two or more. */
  readonly quietHoursUtc: QuietHoursUtc;
  /** Instances refuse to be deleted. Default: on; off also lets the admin secret go at once. */
  readonly deletionProtection?: Safeguard;
  /** Minor versions are installed in the maintenance window. Default: on. */
  readonly minorUpgrades?: Safeguard;
  /** How the writer has moved between regions. Default: it was always here. */
  readonly lineage?: Lineage;
  /** Numbers of former generations of this region that are destroyed; of others they are without meaning. Default: none. */
  readonly retired?: readonly number[];
  /** Days that logs are kept. */
  readonly logDays: number;
  /** Raised by one, the administrator's password is generated and written anew. Default: 1. */
  readonly passwordVersion?: number;
}
