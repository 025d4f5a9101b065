import { isList } from '../../topology';
import { compareVersions, loss, onChange, refused, same, show, step, type Rule } from './rule';

const TYPE = 'aws_db_instance';

/** Amazon RDS User Guide, "Settings for DB instances", where a rule names no other page. */
export const DATABASE_RULES: readonly Rule[] = [
  {
    type: TYPE,
    reads: ['replicate_source_db'],
    // Asked even where the plan ignores it: then nobody carries it out, and the reader follows a source that nobody reads of.
    judge: ({ before, after }) => {
      const was = before.arguments.replicate_source_db;
      const is = after.arguments.replicate_source_db;
      if (is === undefined || same(was, is)) return undefined;
      return refused(
        `replicate_source_db changes from ${show(was)} to ${show(is)}: RDS points no existing instance at another source (the ` +
          'provider plans an update, which fails); declare a new instance at a new address, and retire this one',
      );
    },
  },
  onChange(
    TYPE,
    'allocated_storage',
    (was, is, { after }) => {
      if (typeof was !== 'number' || typeof is !== 'number' || is >= was) return undefined;
      const most = after.arguments.max_allocated_storage;
      // The provider drops this difference where storage grows by itself (rds/instance.go, DiffSuppressFunc).
      if (typeof most === 'number' && most > is)
        return step(
          `allocated_storage falls from ${was} to ${is} GiB: plans leave the disk as it is; only new instances have the smaller one`,
        );
      return refused(
        `allocated_storage falls from ${was} to ${is} GiB: RDS makes no disk smaller; keep it, or move the rows to a new instance`,
      );
    },
    ['max_allocated_storage'],
  ),
  onChange(
    TYPE,
    'engine_version',
    (was, is, { after }) => {
      if (typeof was !== 'string' || typeof is !== 'string') return undefined;
      if (compareVersions(is, was) < 0)
        return refused(`engine_version falls from ${was} to ${is}: RDS goes to no earlier version; keep it`);
      if (major(is) === major(was)) return undefined;
      if (after.arguments.allow_major_version_upgrade !== true)
        return refused(
          `engine_version rises from ${was} to ${is}, another major version, without allow_major_version_upgrade: RDS refuses it`,
        );
      return step(
        `engine_version rises from ${was} to ${is}: the database is down while it is upgraded; take a snapshot, as there is no way back`,
      );
    },
    ['allow_major_version_upgrade'],
  ),
  onChange(TYPE, 'backup_retention_period', (was, is) =>
    Number(was) > 0 && Number(is ?? 0) === 0
      ? loss(
          `backup_retention_period falls from ${show(was)} to 0: RDS deletes all automated backups at once ` +
            '(Amazon RDS User Guide, "Disabling automated backups"); keep at least 1',
        )
      : undefined,
  ),
  onChange(TYPE, 'db_subnet_group_name', (was, is) =>
    was !== undefined && is !== undefined
      ? refused(
          `db_subnet_group_name changes from ${show(was)} to ${show(is)}: RDS moves an instance only to another VPC, and none that has ` +
            'replicas; change the subnets of the group instead',
        )
      : undefined,
  ),
  onChange(
    TYPE,
    'instance_class',
    (was, is, { before }) =>
      step(
        `instance_class changes from ${show(was)} to ${show(is)}: ${
          before.arguments.multi_az === true
            ? 'the standby changes first, then it takes over: no connections for one to two minutes'
            : 'no connections while the instance is changed, for several minutes'
        }, in the next maintenance window unless apply_immediately is set`,
      ),
    ['multi_az'],
  ),
  onChange(TYPE, 'identifier', (was, is) =>
    step(`identifier changes from ${show(was)} to ${show(is)}: the instance restarts with another host name`),
  ),
  onChange(TYPE, 'port', (was, is) =>
    was !== undefined && is !== undefined
      ? step(`port changes from ${show(was)} to ${show(is)}: the instance restarts at once`)
      : undefined,
  ),
  onChange(TYPE, 'blue_green_update', (_was, is, { after }) =>
    isList(is) && is.length > 0 && after.arguments.replicate_source_db !== undefined
      ? refused('blue_green_update is set on a replica: the provider refuses the plan')
      : undefined,
  ),
];

function major(version: string): string {
  return version.split('.')[0]!;
}
