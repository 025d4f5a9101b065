import { DbInstance, type DbInstanceConfig } from '@cdktf/provider-aws/lib/db-instance';
import type { Construct } from 'constructs';
import type { GeneratedSecret } from '../generated-secret';
import type { Generation } from '../../lib/lineage';
import { generationSuffix } from '../../lib/lineage';
import { instanceLetter } from './placement';

export const DATABASE = 'app';
export const ADMINISTRATOR = 'tiers_admin';

/** What the instances of one generation are declared from. */
export interface GenerationPlan {
  readonly generation: Generation;
  /** Settings of an instance by its place in the generation: 0 is the first one, which the others replicate. */
  readonly settings: (index: number) => DbInstanceConfig;
  /** Zones of the replicas of the first instance. */
  readonly replicaZones: readonly string[];
  readonly multiAz: boolean;
  readonly subnetGroupName: string;
  readonly keyArn: string;
  /** Where the first instance of a generation that reads from another region takes its data from: an ARN. */
  readonly sourceArn?: string;
  /** Of a generation that writes, or wrote. */
  readonly admin?: GeneratedSecret;
  /** What only the first writer of all says: it is made from nothing. */
  readonly birth: Pick<DbInstanceConfig, 'engineVersion' | 'allocatedStorage' | 'blueGreenUpdate'>;
  readonly finalSnapshotIdentifier: string;
}

/** Declares a generation: its first instance, and the replicas of that one in the same region, each in a zone. */
export function declareGeneration(shard: Construct, plan: GenerationPlan): readonly DbInstance[] {
  const id = (index: number): string => instanceId(index, plan.generation.number);
  const first = new DbInstance(shard, id(0), {
    ...plan.settings(0),
    ...firstSettings(plan),
    dbSubnetGroupName: plan.subnetGroupName,
    // In its own region a replica has the key of its source, always (Amazon RDS API Reference, "CreateDBInstanceReadReplica").
    kmsKeyId: plan.keyArn,
    multiAz: plan.multiAz,
  });
  const replicas = plan.replicaZones.map(
    (availabilityZone, index) =>
      new DbInstance(shard, id(index + 1), {
        ...plan.settings(index + 1),
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
  plan.admin?.storeAfter(first);
  return [first, ...replicas];
}

/** The letter of an instance, and the number of its generation from the second one on: `a`, `b`, `a2`. */
export function instanceId(index: number, generation: number): string {
  return `${instanceLetter(index)}${generationSuffix(generation)}`;
}

function firstSettings(plan: GenerationPlan): DbInstanceConfig {
  const { admin, birth, sourceArn } = plan;
  const written = admin && { passwordWo: admin.valueReference, passwordWoVersion: admin.valueVersion };
  const kept = { skipFinalSnapshot: false, finalSnapshotIdentifier: plan.finalSnapshotIdentifier };
  const { wrote } = plan.generation;
  if (wrote === 'from the start')
    return {
      ...birth,
      engine: 'postgres',
      dbName: DATABASE,
      username: ADMINISTRATOR,
      ...written,
      ...kept,
    } as DbInstanceConfig;
  // Born as a replica, its engine, names and storage are those of its source, before the promotion and after it: said here, some of
  // them would replace the instance.
  return {
    ...(wrote ? { ...written, ...kept } : { replicateSourceDb: sourceArn, skipFinalSnapshot: true }),
    lifecycle: { ignoreChanges: ['replicate_source_db'] },
  } as DbInstanceConfig;
}
