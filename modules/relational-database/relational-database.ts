import type { DbInstance, DbInstanceConfig } from '@cdktf/provider-aws/lib/db-instance';
import { Construct } from 'constructs';
import { Connections } from '../../lib/connections';
import { holds } from '../../lib/decisions';
import type { Grantable } from '../../lib/grants';
import { placeOf } from '../../lib/place';
import { quietWindows, WEEKDAYS } from '../../lib/quiet-hours';
import { GeneratedSecret } from '../generated-secret';
import { BackupCopies } from './backup-copies';
import { checkDatabase } from './checks';
import { declareLogs } from './instance-logs';
import { PORT, sharedSettings } from './instance-settings';
import { ADMINISTRATOR, DATABASE, declareGeneration, instanceId } from './generation';
import { generationsOf, generationSuffix, type Generation, type Lineage } from '../../lib/lineage';
import { majorVersion } from './parameters';
import { placeReplicas } from './placement';
import type { RelationalDatabaseProps } from './props';
import { ShardNames } from './shard-names';
import { declareSurroundings } from './surroundings';

/** Why the instances of a generation that was left are not protected from deletion. */
export const FORMER =
  'another region writes now: the plan keeps it until `retire` names it, which it could not destroy otherwise';

/** One instance, as alarms and dashboards know it. */
export interface Member {
  readonly identifier: string;
  readonly label: string;
  /** Whether it copies another instance, and may be behind it. */
  readonly replicates: boolean;
}

interface DeclaredGeneration {
  readonly generation: Generation;
  readonly instances: readonly DbInstance[];
  readonly admin?: GeneratedSecret;
}

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
  /** Of the current generation: the first instance, then its replicas in the order of their letters. */
  readonly instances: readonly DbInstance[];
  readonly identifiers: readonly string[];
  /** The same instances for alarms: identifier, and a name such as `shard-00-a` that is known before they exist. */
  readonly members: readonly Member[];
  /** Name and password of the administrator; none in a region that only reads. */
  readonly admin?: GeneratedSecret;

  constructor(scope: Construct, id: string, props: RelationalDatabaseProps) {
    super(scope, id);
    checkDatabase(this.node.path, props);
    if (id !== shardId(props.shard)) {
      throw new Error(`${this.node.path}: shard ${props.shard} has the construct id ${shardId(props.shard)}`);
    }
    const shardNames = new ShardNames(id, placeOf(this));
    const { securityGroup, subnetGroupName, parameterGroupName, monitoring } = declareSurroundings(
      this,
      props,
    );
    this.connections = new Connections(this, { label: `database ${id}`, securityGroup, port: PORT });
    const deletionProtection = holds(this, 'deletionProtection', props.deletionProtection);
    const minorUpgrades = holds(this, 'minorUpgrades', props.minorUpgrades);
    const shared = sharedSettings({
      ...props,
      minorUpgrades,
      securityGroupId: securityGroup.id,
      parameterGroupName,
      monitoringRoleArn: monitoring.arn,
      keyArn: props.encryptionKey.arn,
    });
    const multiAz = holds(this, 'multiAz', props.multiAz);

    const declare = (generation: Generation): DeclaredGeneration => {
      const suffix = generationSuffix(generation.number);
      const admin = generation.wrote ? this.administrator(suffix, deletionProtection, props) : undefined;
      const instances = declareGeneration(this, {
        generation,
        settings: (index) => ({
          ...shared,
          // A former generation is kept by the plan, until the deployment retires it; then it has to let go.
          deletionProtection: deletionProtection && generation.role !== 'former',
          identifier: shardNames.identifier(index, generation.number),
          ...this.windows(index, props),
          dependsOn: [
            monitoring.attachment,
            ...declareLogs(this, {
              id: instanceId(index, generation.number),
              identifier: shardNames.identifier(index, generation.number),
              days: props.logDays,
              encryptionKey: props.encryptionKey,
            }),
          ],
        }),
        replicaZones: placeReplicas(props.network.zones, props.replicas),
        multiAz,
        subnetGroupName,
        keyArn: props.encryptionKey.arn,
        sourceArn: generation.source && shardNames.arn(generation.source),
        admin,
        birth: {
          // With the minor version in it, the plan after an upgrade by RDS would ask for the way back, which RDS refuses.
          engineVersion: minorUpgrades ? majorVersion(props.engineVersion)! : props.engineVersion,
          allocatedStorage: props.storage,
          ...(props.updates === 'blue-green' ? { blueGreenUpdate: { enabled: true } } : {}),
        },
        // A snapshot outlives its database and keeps its name. The security group's id makes it another one each time that
        // the stack is created, the letter for each instance within it.
        finalSnapshotIdentifier: `${shardNames.identifier(0, generation.number)}-final-${securityGroup.id}`,
      });
      if (generation.wrote) this.copyBackups(`copies${suffix}`, instances[0]!, props);
      if (deletionProtection && generation.role === 'former')
        for (const instance of instances)
          holds(instance, 'deletionProtection', { enabled: false, reason: FORMER });
      return { generation, instances, admin };
    };
    const lineage = props.lineage ?? { writers: [placeOf(this).region] };
    const { instances, admin, generation } = this.kept(lineage, props.retired ?? [])
      .map(declare)
      .at(-1)!;
    const [first, ...replicas] = instances;
    this.instances = instances;
    this.identifiers = instances.map((instance) => instance.identifier);
    this.members = this.identifiers.map((identifier, index) => ({
      identifier,
      label: shardNames.label(index, generation.number),
      replicates: index > 0 || !generation.wrote,
    }));
    this.admin = admin;
    this.writerAddress = first!.address;
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

  /** Lets a role read the administrator's name and password, where there is one. Only what migrates the schema needs it. */
  grantAdminSecret(grantee: Grantable): void {
    this.admin?.grantRead(grantee);
  }

  /** The generations that are declared: the current one last. */
  private kept(lineage: Lineage, retired: readonly number[]): readonly Generation[] {
    const all = generationsOf(lineage, placeOf(this).region);
    return all.filter(({ number, role }) => role !== 'former' || !retired.includes(number));
  }

  private administrator(
    suffix: string,
    deletionProtection: boolean,
    { encryptionKey, passwordVersion }: RelationalDatabaseProps,
  ): GeneratedSecret {
    // Not `-admin2`: with a hyphen and six characters at its end a name is taken for an ARN.
    return new GeneratedSecret(this, `admin${suffix}`, {
      component: `${this.node.id}-admin${suffix && `-${suffix}`}`,
      description: `Administrator of the database ${this.node.id}`,
      json: { username: ADMINISTRATOR },
      encryptionKey,
      valueVersion: passwordVersion,
      ...(deletionProtection ? {} : { recoveryDays: 0 }),
    });
  }

  private copyBackups(id: string, instance: DbInstance, props: RelationalDatabaseProps): void {
    const { copies, backupDays } = props;
    if (!('enabled' in copies)) new BackupCopies(this, id, { ...copies, instance, days: backupDays });
    else holds(this, 'copies', copies);
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
}
