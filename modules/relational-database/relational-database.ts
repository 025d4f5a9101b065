import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { DbInstance, type DbInstanceConfig } from '@cdktf/provider-aws/lib/db-instance';
import { DbParameterGroup } from '@cdktf/provider-aws/lib/db-parameter-group';
import { DbSubnetGroup } from '@cdktf/provider-aws/lib/db-subnet-group';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { Construct } from 'constructs';
import { Connections } from '../../lib/connections';
import { holds } from '../../lib/decisions';
import type { Grantable } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import { quietWindows, WEEKDAYS } from '../../lib/quiet-hours';
import { GeneratedSecret } from '../generated-secret';
import { BackupCopies } from './backup-copies';
import { checkDatabase } from './checks';
import { LOG_EXPORTS, PORT, sharedSettings } from './instance-settings';
import { MonitoringRole } from './monitoring-role';
import { majorVersion, parametersFor } from './parameters';
import { instanceLetter, placeReplicas } from './placement';
import type { RelationalDatabaseProps } from './props';

const DATABASE = 'app';
const ADMINISTRATOR = 'tiers_admin';

/** The construct id of a shard, which its resources' addresses begin with: `shard-00`. */
export function shardId(shard: number): string {
  return `shard-${String(shard).padStart(2, '0')}`;
}

/**
 * One physical shard: a PostgreSQL instance with a synchronous standby, and read replicas. Its instances' addresses, such
 * as `aws_db_instance.shard_00_a`, are a contract: they name no role, as roles move. Users log in with IAM; the one
 * administrator has a password that no state holds.
 */
export class RelationalDatabase extends Construct {
  readonly connections: Connections;
  readonly port = PORT;
  readonly databaseName = DATABASE;
  readonly writerAddress: string;
  readonly readerAddresses: readonly string[];
  /** The first instance, then the replicas in the order of their letters. */
  readonly instances: readonly DbInstance[];
  readonly identifiers: readonly string[];
  /** The same instances for alarms: identifier, and a name such as `shard-00-a` that is known before they exist. */
  readonly members: readonly { readonly identifier: string; readonly label: string }[];
  readonly adminSecretArn: string;
  /** Name and password of the administrator. */
  readonly admin: GeneratedSecret;

  constructor(scope: Construct, id: string, props: RelationalDatabaseProps) {
    super(scope, id);
    checkDatabase(this.node.path, props);
    if (id !== shardId(props.shard)) {
      throw new Error(`${this.node.path}: shard ${props.shard} has the construct id ${shardId(props.shard)}`);
    }
    const { network } = props;
    const names = Names.of(this);
    const securityGroup = new SecurityGroup(this, 'security-group', {
      name: names.regional('securityGroup', id),
      description: `PostgreSQL ${id}`,
      vpcId: network.vpc.id,
      tags: { Name: names.regional('securityGroup', id) },
    });
    this.connections = new Connections(this, { label: `database ${id}`, securityGroup, port: PORT });
    const subnets = new DbSubnetGroup(this, 'subnets', {
      name: names.regional('databaseGroup', id),
      description: `Data subnets of ${id}`,
      subnetIds: network.subnetIds('data'),
    });
    const deletionProtection = holds(this, 'deletionProtection', props.deletionProtection);
    this.admin = new GeneratedSecret(this, 'admin', {
      component: `${id}-admin`,
      description: `Administrator of the database ${id}`,
      json: { username: ADMINISTRATOR },
      encryptionKey: props.encryptionKey,
      valueVersion: props.passwordVersion,
      ...(deletionProtection ? {} : { recoveryDays: 0 }),
    });
    this.adminSecretArn = this.admin.arn;

    const minorUpgrades = holds(this, 'minorUpgrades', props.minorUpgrades);
    const major = majorVersion(props.engineVersion)!;
    const parameters = new DbParameterGroup(this, 'parameters', {
      name: names.regional('databaseGroup', `${id}-postgres${major}`),
      description: `${id} on PostgreSQL ${major}`,
      family: `postgres${major}`,
      parameter: parametersFor(props.updates),
      lifecycle: { createBeforeDestroy: true },
    });
    const monitoring = new MonitoringRole(this, 'monitoring', { component: id });
    const shared = sharedSettings({
      ...props,
      deletionProtection,
      minorUpgrades,
      securityGroupId: securityGroup.id,
      parameterGroupName: parameters.name,
      monitoringRoleArn: monitoring.arn,
      keyArn: props.encryptionKey.arn,
    });
    const settingsOf = (index: number): DbInstanceConfig => ({
      ...shared,
      identifier: this.identifier(index),
      ...this.windows(index, props),
      dependsOn: [monitoring.attachment, ...this.declareLogs(index, props)],
    });

    const first = new DbInstance(this, instanceLetter(0), {
      ...settingsOf(0),
      engine: 'postgres',
      // With the minor version in it, the plan after an upgrade by RDS would ask for the way back, which RDS refuses.
      engineVersion: minorUpgrades ? major : props.engineVersion,
      allocatedStorage: props.storage,
      // Replicas have the key of their source, always (Amazon RDS API Reference, "CreateDBInstanceReadReplica").
      kmsKeyId: props.encryptionKey.arn,
      dbName: DATABASE,
      username: ADMINISTRATOR,
      passwordWo: this.admin.valueReference,
      passwordWoVersion: this.admin.valueVersion,
      dbSubnetGroupName: subnets.name,
      multiAz: holds(this, 'multiAz', props.multiAz),
      ...(props.updates === 'blue-green' ? { blueGreenUpdate: { enabled: true } } : {}),
      skipFinalSnapshot: false,
      // A snapshot outlives its database and keeps its name. The security group's id makes it another one each time that
      // the stack is created, the letter for each instance within it.
      finalSnapshotIdentifier: `${this.identifier(0)}-final-${securityGroup.id}`,
    });
    this.admin.storeAfter(first);
    const { copies } = props;
    if (!('enabled' in copies)) {
      new BackupCopies(this, 'copies', { ...copies, instance: first, days: props.backupDays });
    } else holds(this, 'copies', copies);

    const replicas = placeReplicas(network.zones, props.replicas).map(
      (availabilityZone, index) =>
        new DbInstance(this, instanceLetter(index + 1), {
          ...settingsOf(index + 1),
          replicateSourceDb: first.identifier,
          availabilityZone,
          multiAz: false,
          // RDS takes no final snapshot of a replica. One that was promoted is kept by its deletion protection.
          skipFinalSnapshot: true,
          // A promotion happens at run time, and a standby after it: a plan that took the first back would fail, and one
          // that saw the zone of a standby would replace the writer, as the provider does for a changed zone.
          lifecycle: { ignoreChanges: ['availability_zone', 'multi_az', 'replicate_source_db'] },
        }),
    );
    this.instances = [first, ...replicas];
    this.identifiers = this.instances.map((instance) => instance.identifier);
    this.members = this.identifiers.map((identifier, index) => ({ identifier, label: this.label(index) }));
    this.writerAddress = first.address;
    this.readerAddresses = replicas.map((replica) => replica.address);
  }

  /** Lets a role log in to every instance as a user of the database with an IAM token. */
  grantConnect(grantee: Grantable, user = 'service'): void {
    const { region, account } = placeOf(this);
    const resources = this.instances.map(
      ({ resourceId }) => `arn:aws:rds-db:${region}:${account}:dbuser:${resourceId}/${user}`,
    );
    grantee.grant(`connect-to-${this.node.id}-as-${user}`, [{ actions: ['rds-db:connect'], resources }]);
  }

  /** Lets a role read the administrator's name and password. Only what migrates the schema needs it. */
  grantAdminSecret(grantee: Grantable): void {
    this.admin.grantRead(grantee);
  }

  private label(index: number): string {
    return `${this.node.id}-${instanceLetter(index)}`;
  }

  private identifier(index: number): string {
    return Names.of(this).regional('database', this.label(index));
  }

  /** Backups of all instances in the first quiet hour; maintenance of each on a day of its own, as far as days go. */
  private windows(
    index: number,
    { shard, quietHoursUtc }: RelationalDatabaseProps,
  ): Partial<DbInstanceConfig> {
    const weekday = WEEKDAYS[(shard + index) % WEEKDAYS.length]!;
    const { backup, maintenance } = quietWindows(`${this.node.path}.quietHoursUtc`, quietHoursUtc, weekday);
    return { backupWindow: backup, maintenanceWindow: maintenance };
  }

  /** The groups that RDS writes to, made first: those that it makes itself keep everything for ever. */
  private declareLogs(
    index: number,
    { logDays, encryptionKey }: RelationalDatabaseProps,
  ): CloudwatchLogGroup[] {
    return LOG_EXPORTS.map((log) => {
      const name = `/aws/rds/instance/${this.identifier(index)}/${log}`;
      return new CloudwatchLogGroup(this, `${instanceLetter(index)}-log-${log}`, {
        name,
        retentionInDays: logDays,
        kmsKeyId: encryptionKey.forLogGroup(name),
      });
    });
  }
}
