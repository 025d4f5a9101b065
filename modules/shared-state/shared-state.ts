import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table';
import { Construct } from 'constructs';
import { holds, type Safeguard } from '../../lib/decisions';
import type { Grantable } from '../../lib/grants';
import { Names } from '../../lib/naming';
import type { EncryptionKey } from '../encryption-key';

/** Amazon DynamoDB Developer Guide, "Point-in-time backups": the longest recovery period, in days. */
const RECOVERY_DAYS = 35;

const READ_WRITE_ACTIONS = [
  'dynamodb:BatchGetItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:ConditionCheckItem',
  'dynamodb:DeleteItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:UpdateItem',
];

export interface SharedStateProps {
  /** Under which the table, its index and its backups are kept. */
  readonly encryptionKey: EncryptionKey;
  /** Last part of the table's name. Default: `shared-state`. */
  readonly component?: string;
  /** The table refuses to be deleted. Default: on. */
  readonly deletionProtection?: Safeguard;
  /** The last 35 days can be restored to any second. Default: on. */
  readonly pointInTimeRecovery?: Safeguard;
}

/**
 * State that all servers share: a table with string keys `pk` and `sk`, paid by request, in which an item whose
 * `expires_at` (epoch seconds) has passed goes by itself.
 */
export class SharedState extends Construct {
  readonly tableName: string;
  readonly arn: string;
  private readonly component: string;
  private readonly key: EncryptionKey;

  constructor(scope: Construct, id: string, props: SharedStateProps) {
    super(scope, id);
    this.component = props.component ?? 'shared-state';
    this.key = props.encryptionKey;
    const recoverable = holds(this, 'pointInTimeRecovery', props.pointInTimeRecovery);
    const table = new DynamodbTable(this, 'table', {
      name: Names.of(this).regional('table', this.component),
      billingMode: 'PAY_PER_REQUEST',
      hashKey: 'pk',
      rangeKey: 'sk',
      attribute: [
        { name: 'pk', type: 'S' },
        { name: 'sk', type: 'S' },
      ],
      ttl: { enabled: true, attributeName: 'expires_at' },
      pointInTimeRecovery: recoverable
        ? { enabled: true, recoveryPeriodInDays: RECOVERY_DAYS }
        : { enabled: false },
      serverSideEncryption: { enabled: true, kmsKeyArn: this.key.arn },
      deletionProtectionEnabled: holds(this, 'deletionProtection', props.deletionProtection),
    });
    this.tableName = table.name;
    this.arn = table.arn;
  }

  /** Reads and writes of items by key; no scan, and nothing that changes the table itself. */
  grantReadWrite(grantee: Grantable): void {
    grantee.grant(`use-${this.component}`, [
      { actions: READ_WRITE_ACTIONS, resources: [this.arn] },
      this.key.statement('dynamodb', 'table'),
    ]);
  }
}
