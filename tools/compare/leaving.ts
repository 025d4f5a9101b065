import { holderType, PROTECTIONS } from './holders';
import type { Finding, Holder, LetGo, StackInventory } from './types';

/** What becomes of the data of each type once it leaves as announced, where it is not simply gone. */
const AFTERWARDS: Readonly<Record<string, string>> = {
  aws_db_instance:
    'RDS takes its final snapshot, and keeps its backups where delete_automated_backups is false',
  aws_elasticache_replication_group: 'ElastiCache takes its final snapshot',
  aws_kms_key: 'KMS deletes it after its waiting time, until which it can be taken back',
  aws_s3_bucket:
    'S3 refuses while there is anything in it, unless force_destroy is set: copy what is needed and empty it',
  aws_secretsmanager_secret: 'it can be restored during its recovery window',
  aws_ebs_volume: 'EBS takes a snapshot where final_snapshot is set, and otherwise its files are gone',
};

/** What is to be said of something that holds data and that is not in the next synthesis any more. */
export function leaving(stack: string, holder: Holder, before: StackInventory): Finding[] {
  const address = `${stack}:${holder.address}`;
  const { holds, mayLeave } = holderType(holder.type)!;
  const announcement = announcementFor(holder, before.letGo);
  const replica = holder.type === 'aws_db_instance' && holder.arguments.replicate_source_db !== undefined;
  const protection = PROTECTIONS[holder.type];
  if (protection && holder.arguments[protection] === true)
    return [
      {
        severity: replica || announcement ? 'refused' : 'loss',
        address,
        message: `leaves while its ${protection} is on, so that AWS refuses to delete it${
          replica ? '' : ` with ${holds}`
        }; apply the deployment once with the protection off and a reason, then without it`,
      },
    ];
  if (replica)
    return [
      {
        severity: 'step',
        address,
        message: 'leaves: a replica; unless it was promoted, every row of it is in its source',
      },
    ];
  if (mayLeave) return [{ severity: 'step', address, message: `leaves with ${holds}: ${mayLeave}` }];
  if (!announcement)
    return [
      {
        severity: 'loss',
        address,
        message:
          `leaves with ${holds}, and nothing said before that it may; a moved block keeps it under another ` +
          'address, a removed block with destroy = false keeps it unmanaged, and what shall go is let go first: apply the ' +
          'deployment once with deletionProtection off and a reason',
      },
    ];
  const afterwards = AFTERWARDS[holder.type];
  return [
    {
      severity: 'step',
      address,
      message: `leaves as announced (${announcement.reason})${afterwards ? `: ${afterwards}` : ''}`,
    },
  ];
}

/** The decision of the earlier synthesis by which this resource was without protection, with its reason. */
function announcementFor({ address }: Holder, letGo: readonly LetGo[]): LetGo | undefined {
  const name = address.split('.')[1]!;
  return letGo.find(({ where }) => {
    const scope = where.replace(/[^A-Za-z0-9]+/g, '_');
    return scope === '' || name === scope || name.startsWith(`${scope}_`);
  });
}
