import { asList, isList, isObject, type Json } from '../../topology';
import { loss, onChange, refused, show, step, type Rule } from './rule';

const TABLE = 'aws_dynamodb_table';

/** Queues, tables, volumes, parameters and keys; each rule names the page or the file that it is from. */
export const STORAGE_RULES: readonly Rule[] = [
  // Amazon SQS API Reference, "SetQueueAttributes": messages older than the new period may be expired and deleted.
  onChange('aws_sqs_queue', 'message_retention_seconds', (was, is) => {
    const [before, after] = [was, is].map((seconds) => Number(seconds ?? FOUR_DAYS)) as [number, number];
    return after < before
      ? loss(
          `message_retention_seconds falls from ${before} to ${after}: SQS deletes messages that are older; wait until the oldest one is ` +
            'younger, or let the queue go first',
        )
      : undefined;
  }),
  // Amazon DynamoDB API Reference, "UpdateTable": an attribute of a key keeps its type.
  onChange(
    TABLE,
    'attribute',
    (was, is, { after: { arguments: args } }) => {
      const changed = [args.hash_key, args.range_key].find((key) => {
        const before = attributeType(was, key);
        return before !== undefined && before !== attributeType(is, key);
      });
      return changed === undefined
        ? undefined
        : refused(`the type of the key ${show(changed)} changes: DynamoDB refuses it; make a new table`);
    },
    ['hash_key', 'range_key'],
  ),
  // The same, "UpdateTimeToLive": one attribute at a time, and an hour between two changes.
  onChange(TABLE, 'ttl', (was, is) => {
    const [before, after] = [first(was), first(is)];
    return before.enabled === true && after.enabled === true && before.attribute_name !== after.attribute_name
      ? refused(
          `ttl.attribute_name changes from ${show(before.attribute_name)} to ${show(after.attribute_name)}: DynamoDB takes it only after ` +
            'ttl was off for an hour; turn it off first',
        )
      : undefined;
  }),
  onChange(TABLE, 'point_in_time_recovery', (was, is) =>
    first(was).enabled === true && first(is).enabled !== true
      ? loss(
          'point_in_time_recovery is turned off: DynamoDB forgets every state of the table before now; keep it',
        )
      : undefined,
  ),
  onChange(TABLE, 'replica', (was, is) => {
    const left = regionsOf(was).filter((region) => !regionsOf(is).includes(region));
    return left.length > 0
      ? step(`the replica in ${left.join(', ')} is deleted: its items stay in the regions that are left`)
      : undefined;
  }),
  // Amazon EBS User Guide, "Requirements for Amazon EBS volume modifications": a size is never reduced.
  onChange('aws_ebs_volume', 'size', (was, is) =>
    Number(is) < Number(was)
      ? refused(
          `size falls from ${show(was)} to ${show(is)} GiB: EBS makes no volume smaller; keep it, or copy the files to a new volume`,
        )
      : undefined,
  ),
  // ssm/parameter.go, CustomizeDiff: AWS has no way back from the advanced tier.
  onChange('aws_ssm_parameter', 'tier', (was, is) =>
    was === 'Advanced' && is !== 'Advanced' && is !== undefined
      ? loss(`tier changes from Advanced to ${show(is)}, which replaces it (ssm/parameter.go); keep it`)
      : undefined,
  ),
  onChange('aws_kms_key', 'is_enabled', (_was, is) =>
    is === false
      ? loss('is_enabled is false: nothing that is encrypted with it can be read; keep it enabled')
      : undefined,
  ),
  // route53/key_signing_key.go: the update looks at the status only.
  onChange('aws_route53_key_signing_key', 'key_management_service_arn', (was, is) =>
    refused(
      `key_management_service_arn changes from ${show(was)} to ${show(is)}: the provider plans an update and changes nothing; make a second ` +
        'key at a new address, and change the record at the parent',
    ),
  ),
  onChange('aws_cloudwatch_log_group', 'retention_in_days', (was, is) =>
    // 0, and nothing, keep lines for ever.
    days(is) < days(was)
      ? step(`retention_in_days falls from ${show(was)} to ${show(is)}: older lines are deleted`)
      : undefined,
  ),
];

const FOUR_DAYS = 4 * 86_400;

function days(value: Json | undefined): number {
  return Number(value ?? 0) || Number.POSITIVE_INFINITY;
}

/** The only block of its kind: cdktf writes an object or a list of one. */
function first(block: Json | undefined): { readonly [key: string]: Json | undefined } {
  const [one] = asList(block);
  return isObject(one) ? one : {};
}

function attributeType(attributes: Json | undefined, name: Json | undefined): Json | undefined {
  return (isList(attributes) ? attributes : []).filter(isObject).find((one) => one.name === name)?.type;
}

function regionsOf(replicas: Json | undefined): string[] {
  return asList(replicas)
    .filter(isObject)
    .map(({ region_name: region }) => String(region));
}
