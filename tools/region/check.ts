import type { FaultDetails } from '../../lib/errors';
import type { Deployment } from '../../deployments/schema';

/** AWS could not be asked: no credentials, a region that is not enabled, no network. */
export class CheckError extends Error {}

/** What an account has of a region, of what a deployment of it uses. */
export interface Offered {
  /** Availability zones that take new resources. */
  readonly zones: readonly string[];
  /** Zones in which each instance type is offered. */
  readonly instances: ReadonlyMap<string, readonly string[]>;
  /** Zones in which the database's class can be ordered with its engine version. */
  readonly database: readonly string[];
  /** Whether backups can be copied from the region to where the deployment wants them; true where it wants none. */
  readonly backups: boolean;
}

/**
 * Asks AWS, with the credentials of the environment, for the zones, instance types and database class of a deployment.
 * ElastiCache has no call that lists the node types of a region. @throws CheckError
 */
export async function ask(deployment: Deployment): Promise<Offered> {
  const { region, database, web, workers, transcoders, backupCopies } = deployment;
  // Only here: a client takes longer to load than all else that the command does.
  const { EC2Client, DescribeAvailabilityZonesCommand, paginateDescribeInstanceTypeOfferings } =
    await import('@aws-sdk/client-ec2');
  const { RDSClient, DescribeSourceRegionsCommand, paginateDescribeOrderableDBInstanceOptions } =
    await import('@aws-sdk/client-rds');
  const ec2 = new EC2Client({ region });
  const rds = new RDSClient({ region });
  const types = [...new Set([web, workers, transcoders].flatMap((fleet) => fleet?.instanceTypes ?? []))];
  const copiedTo = async (destination: string): Promise<boolean> => {
    const there = new RDSClient({ region: destination });
    try {
      const { SourceRegions = [] } = await there.send(
        new DescribeSourceRegionsCommand({ RegionName: region }),
      );
      return SourceRegions.some((source) => source.SupportsDBInstanceAutomatedBackupsReplication);
    } finally {
      there.destroy();
    }
  };
  const instances = new Map<string, string[]>();
  const orderable = new Set<string>();
  try {
    const { AvailabilityZones = [] } = await ec2.send(
      new DescribeAvailabilityZonesCommand({
        Filters: [{ Name: 'zone-type', Values: ['availability-zone'] }],
      }),
    );
    for await (const { InstanceTypeOfferings = [] } of paginateDescribeInstanceTypeOfferings(
      { client: ec2 },
      { LocationType: 'availability-zone', Filters: [{ Name: 'instance-type', Values: types }] },
    )) {
      for (const { InstanceType, Location } of InstanceTypeOfferings)
        if (InstanceType && Location)
          instances.set(InstanceType, [...(instances.get(InstanceType) ?? []), Location]);
    }
    const orders = {
      Engine: 'postgres',
      EngineVersion: database?.engineVersion,
      DBInstanceClass: database?.instanceClass,
      Vpc: true,
    };
    const paged = database ? paginateDescribeOrderableDBInstanceOptions({ client: rds }, orders) : [];
    for await (const { OrderableDBInstanceOptions = [] } of paged) {
      for (const { AvailabilityZones: zones = [] } of OrderableDBInstanceOptions)
        for (const { Name } of zones) if (Name) orderable.add(Name);
    }
    const backups = 'region' in backupCopies ? await copiedTo(backupCopies.region) : true;
    const zones = AvailabilityZones.filter(({ State }) => State === 'available').map(
      ({ ZoneName }) => ZoneName!,
    );
    return { zones: zones.sort(), instances, database: [...orderable].sort(), backups };
  } catch (error) {
    throw new CheckError(explain(error, region), { cause: error });
  } finally {
    ec2.destroy();
    rds.destroy();
  }
}

function explain(error: unknown, region: string): string {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === 'CredentialsProviderError') {
    return '--check: received no AWS credentials; allowed: those of an account of the environment; set AWS_PROFILE, or leave --check out and rely on the table';
  }
  if (/^(AuthFailure|UnrecognizedClientException|InvalidClientTokenId|OptInRequired)$/.test(name)) {
    return `--check: AWS refused the credentials in ${region} (${name}: ${message}); allowed: valid ones of an account that has enabled the region; look at aws account list-regions`;
  }
  return `--check: AWS could not be asked in ${region} (${name}: ${message}); try again, or leave --check out and rely on the table`;
}

/** What of a planned region is not as the account has it. */
export function compare(deployment: Deployment, offered: Offered): FaultDetails[] {
  const { region, zones, database } = deployment;
  const faults: FaultDetails[] = [];
  const closed = zones.filter((zone) => !offered.zones.includes(zone));
  if (closed.length > 0) {
    const letters = offered.zones.slice(0, 3).map((zone) => zone.slice(-1));
    faults.push({
      where: '--zones',
      received: closed,
      allowed: `zones that the account has in ${region}: ${offered.zones.join(', ')}`,
      fix: `give --zones ${letters.join(',')}`,
    });
  }
  for (const fleet of ['web', 'workers', 'transcoders'] as const) {
    const types = deployment[fleet]?.instanceTypes ?? [];
    const missing = types.filter((type) => !offered.instances.get(type)?.length);
    if (missing.length > 0) {
      faults.push({
        where: `${fleet}.instanceTypes`,
        received: missing,
        allowed: `types that ${region} offers`,
        fix: 'change them in defaults.ts, or write the file by hand; the table is behind, see docs/regions.md',
      });
      continue;
    }
    const bare = zones.filter((zone) => !types.some((type) => offered.instances.get(type)!.includes(zone)));
    if (types.length > 0 && bare.length > 0 && closed.length === 0) {
      faults.push({
        where: `${fleet}.instanceTypes`,
        received: types,
        allowed: `at least one type that ${bare.join(', ')} offers`,
        fix: 'choose other zones with --zones, or other types in defaults.ts',
      });
    }
  }
  // A standby needs a second zone.
  const homes = zones.filter((zone) => offered.database.includes(zone));
  if (database && homes.length < (database.multiAz.enabled ? 2 : 1)) {
    faults.push({
      where: 'database.instanceClass',
      received: `${database.instanceClass} with PostgreSQL ${database.engineVersion}`,
      allowed: `what RDS offers in ${database.multiAz.enabled ? 'two' : 'one'} of ${zones.join(', ')}; this is offered in ${offered.database.join(', ') || 'none'}`,
      fix: 'change the class or the version in defaults.ts, or choose other zones with --zones',
    });
  }
  if (!offered.backups) {
    faults.push({
      where: 'backupCopies',
      received: deployment.backupCopies,
      allowed: `a region that takes copies of automated backups from ${region}`,
      fix: `give another one with --backups (aws rds describe-source-regions --region <there> shows whether it takes them)`,
    });
  }
  return faults;
}
