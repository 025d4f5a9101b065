import { DynamodbTable, type DynamodbTableConfig } from '@cdktf/provider-aws/lib/dynamodb-table';
import { Construct } from 'constructs';
import { holds, type Safeguard } from '../../lib/decisions';
import type { Grantable } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
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
  /** A key of each other region that has a copy of the table, which is written there too. Default: none. */
  readonly replicas?: readonly EncryptionKey[];
}

/** The table as one region has it: servers use the copy of their own. */
export interface RegionalTable {
  readonly tableName: string;
  /** Reads and writes of items by key; no scan, and nothing that changes the table itself. */
  grantReadWrite(grantee: Grantable): void;
}

/**
 * State that all servers share: a table with string keys `pk` and `sk`, paid by request, in which an item whose
 * `expires_at` (epoch seconds) has passed goes by itself.
 *
 * With copies in other regions the last write of an item wins, within about a second (Amazon DynamoDB Developer Guide, "How
 * DynamoDB global tables work"): a condition holds within one region only. Leases and unique names are therefore written in
 * one region, whatever region the request came to.
 */
export class SharedState extends Construct implements RegionalTable {
  readonly tableName: string;
  readonly arn: string;
  private readonly component: string;
  private readonly keys: ReadonlyMap<string, EncryptionKey>;

  constructor(scope: Construct, id: string, props: SharedStateProps) {
    super(scope, id);
    this.component = props.component ?? 'shared-state';
    const { encryptionKey, replicas = [] } = props;
    this.keys = new Map([encryptionKey, ...replicas].map((key) => [key.region, key]));
    const recoverable = holds(this, 'pointInTimeRecovery', props.pointInTimeRecovery);
    const kept = holds(this, 'deletionProtection', props.deletionProtection);
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
      serverSideEncryption: { enabled: true, kmsKeyArn: encryptionKey.arn },
      deletionProtectionEnabled: kept,
      ...(replicas.length > 0 ? copies(replicas, { recoverable, kept }) : {}),
    });
    this.tableName = table.name;
    this.arn = table.arn;
  }

  grantReadWrite(grantee: Grantable): void {
    this.in(placeOf(this).region).grantReadWrite(grantee);
  }

  /** The table of a region: itself, or its copy there, which has its name. */
  in(region: string): RegionalTable {
    const key = this.keys.get(region);
    if (!key) throw new Error(`${this.node.path} has no copy in ${region}`);
    const { account, region: home } = placeOf(this);
    const name = Names.of(this).regional('table', this.component);
    const arn = region === home ? this.arn : `arn:aws:dynamodb:${region}:${account}:table/${name}`;
    return {
      tableName: this.tableName,
      grantReadWrite: (grantee) =>
        grantee.grant(`use-${this.component}`, [
          { actions: READ_WRITE_ACTIONS, resources: [arn] },
          key.statement('dynamodb', 'table'),
        ]),
    };
  }
}

/** Copies are made of the stream (provider documentation of aws_dynamodb_table, "Global Tables"). */
function copies(
  replicas: readonly EncryptionKey[],
  { recoverable, kept }: { readonly recoverable: boolean; readonly kept: boolean },
): Pick<DynamodbTableConfig, 'streamEnabled' | 'streamViewType' | 'replica'> {
  return {
    streamEnabled: true,
    streamViewType: 'NEW_AND_OLD_IMAGES',
    replica: replicas.map(({ region, arn }) => ({
      regionName: region,
      kmsKeyArn: arn,
      pointInTimeRecovery: recoverable,
      deletionProtectionEnabled: kept,
      propagateTags: true,
    })),
  };
}
