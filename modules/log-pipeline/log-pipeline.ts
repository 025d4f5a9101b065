import { AthenaNamedQuery } from '@cdktf/provider-aws/lib/athena-named-query';
import { AthenaWorkgroup } from '@cdktf/provider-aws/lib/athena-workgroup';
import { Construct } from 'constructs';
import type { Safeguard } from '../../lib/decisions';
import type { Grantable } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import type { EncryptionKey } from '../encryption-key';
import { ObjectStorage, type LogTarget } from '../object-storage';
import { ERROR_LINES } from '../service-logs';
import type { Desk } from './ask';
import { QUERIES, readQuery } from './queries';
import { Streams } from './streams';
import { Tables } from './tables';

/** All lines but those that CloudWatch has made metrics of already; what is no JSON stays in CloudWatch only. */
const LINES = '{ ($.level = "*") && ($._aws.Timestamp NOT EXISTS) }';

const RESULTS = 'query-results/';
/** Days that answers are kept: they can be asked for again. */
const RESULT_DAYS = 7;
/** The fewest days that lines are kept: reports look back over eight, and a day is two partitions. */
const FEWEST_DAYS = 14;
const GIB = 2 ** 30;

export interface LogPipelineProps {
  /** Log groups of the service, by service. Each gives away both subscription filters that it may have. */
  readonly groupNames: Readonly<Record<string, string>>;
  /** Under which lines and answers are kept. */
  readonly encryptionKey: EncryptionKey;
  /** Where requests of the bucket are logged. */
  readonly accessLogs: LogTarget;
  /** Days that lines are kept, 14 at least. */
  readonly days: number;
  /** Days that the log of failed deliveries is kept. */
  readonly logDays: number;
  /** Gibibytes that one query may read before it is ended; Athena charges for what it reads. Default: 100. */
  readonly queryLimit?: number;
  /** Destroying the bucket fails while it holds objects. Default: on. */
  readonly keepObjects?: Safeguard;
}

/**
 * The service's lines on to S3, compressed and by day, and what asks them there: tables, a workgroup with a limit, and the
 * queries of reports/queries/.
 */
export class LogPipeline extends Construct implements Desk {
  /** Takes what other streams could not deliver as well, below `failed/`. */
  readonly bucket: ObjectStorage;
  readonly bucketName: string;
  readonly workgroup: string;
  readonly database: string;
  /** Names of the delivery streams: one for each service, and `errors`. */
  readonly streamNames: Readonly<Record<string, string>>;
  private readonly key: EncryptionKey;
  private readonly tableNames: readonly string[];

  constructor(scope: Construct, id: string, props: LogPipelineProps) {
    super(scope, id);
    const { encryptionKey, groupNames } = props;
    const days = Math.max(props.days, FEWEST_DAYS);
    this.key = encryptionKey;
    this.bucket = new ObjectStorage(this, 'lines', {
      component: 'logs',
      encryptionKey,
      accessLogs: props.accessLogs,
      retention: [
        { expireAfterDays: RESULT_DAYS, prefix: RESULTS },
        ...['lines/', 'errors/', 'failed/'].map((prefix) => ({ expireAfterDays: days, prefix })),
      ],
      // Nothing here is ever replaced; what expires need not be brought back.
      noncurrentDays: 1,
      keepObjects: props.keepObjects,
    });
    const services = Object.keys(groupNames);
    this.streamNames = new Streams(this, 'streams', {
      bucket: this.bucket,
      encryptionKey,
      logDays: props.logDays,
      plans: [
        ...services.map((service) => ({
          name: service,
          folder: `lines/service=${service}/`,
          groupNames: { [service]: groupNames[service]! },
          pattern: LINES,
        })),
        { name: 'errors', folder: 'errors/', groupNames, pattern: ERROR_LINES },
      ],
    }).streamNames;
    const { bucketName } = this.bucket;
    const tables = new Tables(this, 'tables', { bucketName, services, days });
    const workgroup = new AthenaWorkgroup(this, 'workgroup', {
      name: Names.of(this).regional('workgroup', 'logs'),
      description: 'Questions to the log lines of the service',
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: (props.queryLimit ?? 100) * GIB,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${bucketName}/${RESULTS}`,
          expectedBucketOwner: placeOf(this).account,
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKeyArn: encryptionKey.arn },
        },
      },
    });
    for (const name of QUERIES) {
      const query = readQuery(name);
      new AthenaNamedQuery(this, `query-${name}`, {
        name,
        description: query.description,
        database: tables.databaseName,
        workgroup: workgroup.name,
        query: query.byHand,
      });
    }
    this.bucketName = bucketName;
    this.workgroup = workgroup.name;
    this.database = tables.databaseName;
    this.tableNames = tables.tableNames;
  }

  /** Asks the tables, and reads the answers: what Athena does for a role it does with the role's permissions. */
  grantQuery(grantee: Grantable): void {
    const { region, account } = placeOf(this);
    const glue = `arn:aws:glue:${region}:${account}:`;
    grantee.grant('query-logs', [
      {
        actions: [
          'athena:GetQueryExecution',
          'athena:GetQueryResults',
          'athena:StartQueryExecution',
          'athena:StopQueryExecution',
        ],
        resources: [`arn:aws:athena:${region}:${account}:workgroup/${this.workgroup}`],
      },
      {
        actions: ['athena:GetDataCatalog'],
        resources: [`arn:aws:athena:${region}:${account}:datacatalog/AwsDataCatalog`],
      },
      {
        actions: ['glue:GetDatabase', 'glue:GetPartitions', 'glue:GetTable', 'glue:GetTables'],
        resources: [
          `${glue}catalog`,
          `${glue}database/${this.database}`,
          ...this.tableNames.map((table) => `${glue}table/${this.database}/${table}`),
        ],
      },
      {
        actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
        resources: [this.bucket.arn],
      },
      {
        actions: ['s3:GetObject'],
        resources: ['lines', 'errors'].map((folder) => `${this.bucket.arn}/${folder}/*`),
      },
      {
        actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
        resources: [`${this.bucket.arn}/${RESULTS}*`],
      },
      this.key.statement('s3', 'both'),
    ]);
  }
}
