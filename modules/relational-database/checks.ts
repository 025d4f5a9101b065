import { ConfigurationError, type FaultDetails } from '../../lib/errors';
import { majorVersion } from './parameters';
import { REPLICA_LIMIT } from './placement';

/** Amazon RDS User Guide, "Amazon RDS DB instance storage": gibibytes of a gp3 volume for PostgreSQL. */
const STORAGE = { smallest: 20, largest: 65_536 } as const;

/** Amazon RDS User Guide, "Managing capacity automatically with Amazon RDS storage autoscaling": a tenth of room above the start. */
const AUTOSCALING_SHARE = 10;

/** Amazon RDS User Guide, "Backup retention period"; a source of replicas needs one day at least. */
const BACKUP_DAYS = { fewest: 1, most: 35 } as const;

export interface Checked {
  readonly shard: number;
  readonly engineVersion: string;
  readonly storage: number;
  readonly maxStorage: number;
  readonly replicas: number;
  readonly backupDays: number;
  readonly updates?: 'in-place' | 'blue-green';
}

/** Refuses what RDS would refuse at apply, all faults at once. Throws a ConfigurationError. */
export function checkDatabase(where: string, checked: Checked): void {
  const { storage, maxStorage } = checked;
  const fewestToGrow = storage + Math.ceil(storage / AUTOSCALING_SHARE);
  const faults: FaultDetails[] = [];
  const between = (name: keyof Checked, least: number, most: number, unit: string, example: string): void => {
    const received = checked[name];
    if (!Number.isInteger(received) || Number(received) < least || Number(received) > most) {
      faults.push({
        where: `${where}.${name}`,
        received,
        allowed: `${least} to ${most} ${unit}`,
        fix: `write for instance ${example}`,
      });
    }
  };
  between('shard', 0, 99, 'as a whole number', '0');
  between('storage', STORAGE.smallest, STORAGE.largest, 'GiB', '100');
  between('maxStorage', STORAGE.smallest, STORAGE.largest, 'GiB', '1000');
  between('replicas', 0, REPLICA_LIMIT, 'replicas', '2');
  between('backupDays', BACKUP_DAYS.fewest, BACKUP_DAYS.most, 'days', '14');
  if (maxStorage !== storage && maxStorage < fewestToGrow) {
    faults.push({
      where: `${where}.maxStorage`,
      received: maxStorage,
      allowed: `${storage} (no autoscaling), or ${fewestToGrow} GiB and more`,
      fix: 'leave at least a tenth of the storage as room to grow',
    });
  }
  if (checked.updates === 'blue-green' && checked.replicas > 0) {
    faults.push({
      where: `${where}.updates`,
      received: checked.updates,
      allowed: "'in-place' while there are replicas, which a switch to the copy leaves behind",
      fix: 'leave it out, or pass no replicas',
    });
  }
  if (!majorVersion(checked.engineVersion)) {
    faults.push({
      where: `${where}.engineVersion`,
      received: checked.engineVersion,
      allowed: 'a major version of PostgreSQL, or a major and a minor one',
      fix: "write for instance '17'",
    });
  }
  if (faults.length) throw new ConfigurationError(faults);
}
