import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Lazy } from 'cdktf';
import { Construct } from 'constructs';
import type { Statement } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { placeOf, type Place } from '../../lib/place';
import {
  byCdn,
  byLogDelivery,
  byLogGroups,
  byPublisher,
  byScalingRole,
  byWorkflowLogs,
  keyPolicy,
  type PublishingService,
  type ServiceUse,
} from './key-policy';

/** AWS KMS API Reference, "ScheduleKeyDeletion": the longest time, in days, in which a deletion can be taken back. */
const DELETION_DAYS = 30;

export interface EncryptionKeyProps {
  /** What the key's data is, such as `data`; last part of the alias, unique in the environment and the stack's region. */
  readonly component: string;
  /** Region of the key, for data that a stack keeps outside its own. Default: that of the stack. */
  readonly region?: string;
}

/** Services through which instances use a key; a role may use it through these alone, never by calling KMS. */
export type KeyService = 'dynamodb' | 's3' | 'secretsmanager' | 'sns' | 'sqs';

const ACTIONS = {
  read: ['kms:Decrypt'],
  // DynamoDB keeps one key for a table and decrypts it for reads and writes alike.
  table: ['kms:Decrypt', 'kms:DescribeKey'],
  // Both ways: SQS decrypts its own data key to send, S3 the parts of an upload to put them together.
  both: ['kms:Decrypt', 'kms:GenerateDataKey'],
  // Amazon S3 User Guide, "Replicating encrypted objects": copies are written, and never read.
  replica: ['kms:Encrypt', 'kms:GenerateDataKey'],
} as const;

/** What a role does with data under a key. */
export type KeyAccess = keyof typeof ACTIONS;

/**
 * A key of KMS for what one stack stores, new key material every year. Each service that needs the key by itself is let in
 * by a method here, with the conditions that its documentation gives; roles get a statement for their own policies.
 */
export class EncryptionKey extends Construct {
  readonly arn: string;
  readonly region: string;
  private readonly place: Place;
  private readonly logGroups: string[] = [];
  private readonly uses: ServiceUse[] = [];

  constructor(scope: Construct, id: string, { component, region }: EncryptionKeyProps) {
    super(scope, id);
    const elsewhere = region === undefined ? {} : { region };
    this.place = { ...placeOf(this), ...elsewhere };
    this.region = this.place.region;
    const key = new KmsKey(this, 'key', {
      description: `What ${this.place.project} ${this.place.environment} keeps: ${component}`,
      enableKeyRotation: true,
      deletionWindowInDays: DELETION_DAYS,
      policy: Lazy.stringValue({ produce: () => this.policy() }),
      ...elsewhere,
    });
    // Stacks of several regions may keep something in one and the same other region.
    const names = Names.of(this);
    const name =
      region === undefined ? names.regional('keyAlias', component) : names.account('keyAlias', component);
    new KmsAlias(this, 'alias', {
      name: `alias/${name}`,
      targetKeyId: key.keyId,
      ...elsewhere,
    });
    this.arn = key.arn;
  }

  /** Lets CloudWatch Logs encrypt a log group of this region by its name, and gives the key's ARN for the group. */
  forLogGroup(name: string): string {
    this.logGroups.push(name);
    return this.arn;
  }

  /** Lets the account's CloudFront distributions read what is stored under the key. */
  allowCdn(): void {
    this.admit(byCdn(this.place));
  }

  /** Lets the log delivery of CloudWatch write into buckets under the key. */
  allowLogDelivery(): void {
    this.admit(byLogDelivery(this.place));
  }

  /** Lets CloudWatch Logs read what state machines under the key hand it for their logs. */
  allowWorkflowLogs(): void {
    this.admit(byWorkflowLogs(this.place));
  }

  /** Lets Auto Scaling start instances whose volumes come from an image under the key. */
  allowScaling(roleArn: string): void {
    for (const use of byScalingRole(roleArn)) this.admit(use);
  }

  /** Lets a service publish to topics under the key. */
  allowPublisher(publisher: PublishingService): void {
    this.admit(byPublisher(publisher));
  }

  /** The statement for a role that uses the key through a service. */
  statement(service: KeyService, access: KeyAccess): Statement {
    return {
      actions: ACTIONS[access],
      resources: [this.arn],
      conditions: {
        StringEquals: { 'kms:ViaService': `${service}.${this.place.region}.amazonaws.com` },
      },
    };
  }

  /**
   * The statement for a role that a service assumes, for data of that service which the encryption context names: these
   * services call KMS as the role and not through themselves.
   */
  contextStatement(
    access: 'read' | 'both' | 'generate',
    context: Readonly<Record<string, string>>,
  ): Statement {
    return {
      actions: access === 'generate' ? ['kms:GenerateDataKey'] : ACTIONS[access],
      resources: [this.arn],
      conditions: {
        StringLike: Object.fromEntries(
          Object.entries(context).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
        ),
      },
    };
  }

  /** Once, however many resources of the stack need it: a policy takes each of its statements' ids once. */
  private admit(use: ServiceUse): void {
    if (!this.uses.some(({ sid }) => sid === use.sid)) this.uses.push(use);
  }

  private policy(): string {
    const logs = this.logGroups.length > 0 ? [byLogGroups(this.place, this.logGroups)] : [];
    return keyPolicy(this.place, [...logs, ...this.uses]);
  }
}
