import { isList, isObject, type Graph, type Resource } from '../../tools/topology';
import { at, managed, refersTo, violation, type Rule, type Violation } from './plan';

/** One protection of one type of data. */
interface Protection {
  readonly what: string;
  readonly holds: (resource: Resource, graph: Graph) => boolean;
  /** The safeguard of a module that may turn it off, with a reason that the stack's tiers_decisions output gives. */
  readonly safeguard?: string;
}

const isTrue =
  (path: string) =>
  (resource: Resource): boolean =>
    String(at(resource, path)) === 'true';
const atLeast =
  (path: string, least: number) =>
  (resource: Resource): boolean =>
    Number(at(resource, path)) >= least;
const isSet =
  (path: string) =>
  (resource: Resource): boolean =>
    Boolean(at(resource, path));
const not =
  (path: string) =>
  (resource: Resource): boolean =>
    String(at(resource, path) ?? 'false') === 'false';

/** Whether every copy in another region has the argument set. */
const eachReplica =
  (argument: string) =>
  (resource: Resource): boolean => {
    const { replica: replicas } = resource.arguments;
    return !isList(replicas) || replicas.every((replica) => isObject(replica) && Boolean(replica[argument]));
  };

/** Whether a resource of the type refers to this one and says so. */
const by =
  (type: string, argument: string, says: (other: Resource) => boolean) =>
  (resource: Resource, graph: Graph): boolean =>
    managed(graph, type).some((other) => refersTo(other, resource, argument) && says(other));

/** RDS takes no final snapshot of a replica (Amazon RDS API Reference, "DeleteDBInstance"): its source is the data. */
const isReplica = (resource: Resource): boolean => at(resource, 'replicate_source_db') !== undefined;

/** How everything that stores data is encrypted, backed up and kept from deletion, in the way its service has. */
export const PROTECTIONS: Readonly<Record<string, readonly Protection[]>> = {
  aws_db_instance: [
    { what: 'encrypted', holds: isTrue('storage_encrypted') },
    { what: 'a key of the account', holds: (db) => isReplica(db) || isSet('kms_key_id')(db) },
    { what: 'recovery to a point in time', holds: atLeast('backup_retention_period', 1) },
    {
      what: 'copies of its backups in another region',
      holds: (db, graph) =>
        isReplica(db) ||
        managed(graph, 'aws_db_instance_automated_backups_replication').some(
          (copies) => refersTo(copies, db, 'source_db_instance_arn') && copies.region !== db.region,
        ),
      safeguard: 'copies',
    },
    { what: 'backups that outlive it', holds: (db) => at(db, 'delete_automated_backups') === false },
    { what: 'deletion protection', holds: isTrue('deletion_protection'), safeguard: 'deletionProtection' },
    {
      what: 'a final snapshot',
      holds: (db) =>
        isReplica(db) || (at(db, 'skip_final_snapshot') === false && isSet('final_snapshot_identifier')(db)),
    },
  ],
  aws_ebs_volume: [
    { what: 'encrypted', holds: isTrue('encrypted') },
    { what: 'a key of the account', holds: isSet('kms_key_id') },
    { what: 'a last snapshot', holds: isTrue('final_snapshot') },
    {
      what: 'snapshots on a schedule',
      holds: (volume, graph) =>
        managed(graph, 'aws_dlm_lifecycle_policy').some((policy) => {
          const wanted = at(policy, 'policy_details.target_tags.Snapshots');
          return wanted !== undefined && wanted === at(volume, 'tags.Snapshots');
        }),
    },
    {
      what: 'deletion protection',
      holds: ({ meta }) => isObject(meta.lifecycle) && meta.lifecycle.prevent_destroy === true,
      safeguard: 'deletionProtection',
    },
  ],
  aws_dynamodb_table: [
    { what: 'encrypted with a key of the account', holds: isSet('server_side_encryption.kms_key_arn') },
    {
      what: 'recovery to a point in time',
      holds: isTrue('point_in_time_recovery.enabled'),
      safeguard: 'pointInTimeRecovery',
    },
    {
      what: 'deletion protection',
      holds: isTrue('deletion_protection_enabled'),
      safeguard: 'deletionProtection',
    },
    { what: 'a key of the account for each copy', holds: eachReplica('kms_key_arn') },
    {
      what: 'recovery of each copy to a point in time',
      holds: eachReplica('point_in_time_recovery'),
      safeguard: 'pointInTimeRecovery',
    },
    {
      what: 'deletion protection of each copy',
      holds: eachReplica('deletion_protection_enabled'),
      safeguard: 'deletionProtection',
    },
  ],
  aws_elasticache_replication_group: [
    { what: 'encrypted', holds: isTrue('at_rest_encryption_enabled') },
    { what: 'a key of the account', holds: isSet('kms_key_id') },
    { what: 'encrypted on the way', holds: isTrue('transit_encryption_enabled') },
    { what: 'daily snapshots', holds: atLeast('snapshot_retention_limit', 1) },
    { what: 'a final snapshot', holds: isSet('final_snapshot_identifier') },
    { what: 'failover to another zone', holds: isTrue('automatic_failover_enabled') },
  ],
  aws_s3_bucket: [
    {
      what: 'encrypted',
      holds: by('aws_s3_bucket_server_side_encryption_configuration', 'bucket', isSet('rule')),
    },
    {
      what: 'earlier versions kept',
      holds: by(
        'aws_s3_bucket_versioning',
        'bucket',
        (versioning) => at(versioning, 'versioning_configuration.status') === 'Enabled',
      ),
      safeguard: 'versioning',
    },
    { what: 'no destruction with its objects', holds: not('force_destroy'), safeguard: 'keepObjects' },
    {
      what: 'no access without TLS',
      holds: by('aws_s3_bucket_policy', 'bucket', (policy) =>
        String(at(policy, 'policy')).includes('{"Bool":{"aws:SecureTransport":"false"}}'),
      ),
    },
  ],
  aws_sqs_queue: [
    {
      what: 'encrypted',
      holds: (queue) => isTrue('sqs_managed_sse_enabled')(queue) || isSet('kms_master_key_id')(queue),
    },
    { what: 'messages kept for four days', holds: atLeast('message_retention_seconds', 4 * 86_400) },
  ],
  aws_sns_topic: [{ what: 'encrypted', holds: isSet('kms_master_key_id') }],
  aws_kms_key: [
    // KMS rotates symmetric keys only (AWS KMS Developer Guide, "Rotate AWS KMS keys").
    {
      what: 'rotation',
      holds: (key) => at(key, 'key_usage') === 'SIGN_VERIFY' || isTrue('enable_key_rotation')(key),
    },
    { what: '30 days to take a deletion back', holds: atLeast('deletion_window_in_days', 30) },
  ],
  aws_secretsmanager_secret: [
    { what: 'a key of the account', holds: isSet('kms_key_id') },
    { what: 'a key of the account for each copy', holds: eachReplica('kms_key_id') },
    {
      what: 'days to take a deletion back',
      holds: atLeast('recovery_window_in_days', 7),
      safeguard: 'deletionProtection',
    },
  ],
  aws_ssm_parameter: [
    {
      what: 'a value that plans leave alone',
      // One that names a resource of its stack stores nothing, and has to follow what it names.
      holds: ({ meta, references }) => {
        if (references.some(({ argument }) => argument[0] === 'value')) return true;
        const lifecycle = meta.lifecycle;
        const ignored = isObject(lifecycle) ? lifecycle.ignore_changes : undefined;
        return isList(ignored) && ignored.includes('value');
      },
    },
  ],
  aws_route53_zone: [{ what: 'no destruction with its records', holds: not('force_destroy') }],
  aws_lb: [
    {
      what: 'deletion protection',
      holds: isTrue('enable_deletion_protection'),
      safeguard: 'deletionProtection',
    },
  ],
  aws_kinesis_firehose_delivery_stream: [
    { what: 'encrypted', holds: isTrue('server_side_encryption.enabled') },
  ],
  aws_athena_workgroup: [
    {
      what: 'encrypted results',
      holds: isSet('configuration.result_configuration.encryption_configuration'),
    },
  ],
};

/** A protection that a deployment does without, and why. */
export interface Exception {
  readonly address: string;
  readonly what: string;
  readonly safeguard: string;
  readonly reason: string;
}

/** What every resource lacks: violations, and exceptions where the stack's own output gives the reason. */
export function lacking(graph: Graph): { violations: Violation[]; exceptions: Exception[] } {
  const violations: Violation[] = [];
  const exceptions: Exception[] = [];
  for (const [type, protections] of Object.entries(PROTECTIONS)) {
    for (const resource of managed(graph, type)) {
      for (const { what, holds, safeguard } of protections) {
        if (holds(resource, graph)) continue;
        const reason = safeguard && reasonFor(graph, resource, safeguard);
        if (safeguard && reason) {
          exceptions.push({ address: resource.globalAddress, what, safeguard, reason });
        } else violations.push(violation(resource, `lacks: ${what}`));
      }
    }
  }
  return { violations, exceptions };
}

export const PROTECTION: Rule = {
  name: 'everything that stores data is encrypted, backed up and kept from deletion, or its stack says why not',
  find: (graph) => lacking(graph).violations,
};

/** Safe defaults that a stack says it does without: the reason stands for the construct named and all below it. */
function reasonFor(graph: Graph, resource: Resource, safeguard: string): string | undefined {
  const output = graph.outputs.find(
    ({ stack, name }) => stack === resource.stack && name === 'tiers_decisions',
  );
  const decisions = isList(output?.value) ? output.value.filter(isObject) : [];
  const decision = decisions.find(({ where, setting }) => {
    const scope = String(where).replace(/[^A-Za-z0-9]+/g, '_');
    return setting === safeguard && (resource.name === scope || resource.name.startsWith(`${scope}_`));
  });
  return typeof decision?.reason === 'string' && decision.reason.trim() ? decision.reason : undefined;
}
