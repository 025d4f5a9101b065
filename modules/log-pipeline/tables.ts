import { GlueCatalogDatabase } from '@cdktf/provider-aws/lib/glue-catalog-database';
import { GlueCatalogTable } from '@cdktf/provider-aws/lib/glue-catalog-table';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';

/** Members of the service's lines that queries ask for, as columns. The reader of JSON finds `userId` for `userid`. */
export const COLUMNS = {
  time: 'string',
  level: 'string',
  msg: 'string',
  instance: 'string',
  region: 'string',
  requestid: 'string',
  traceid: 'string',
  endpoint: 'string',
  status: 'int',
  ms: 'double',
  userid: 'string',
  event: 'string',
  amountcents: 'bigint',
  currency: 'string',
  fingerprint: 'string',
  err: 'struct<type:string,code:string,message:string,stack:string>',
} as const;

export interface TablesProps {
  readonly bucketName: string;
  /** Values of the partition `service`. */
  readonly services: readonly string[];
  /** Days that lines are kept; partitions before are not looked for. */
  readonly days: number;
}

/**
 * What Athena knows of the lines: two tables over the objects of the bucket. Partitions follow from the query (Amazon Athena
 * User Guide, "Use partition projection with Amazon Athena"): no crawler, nothing to add each day.
 */
export class Tables extends Construct {
  readonly databaseName: string;
  readonly tableNames: readonly string[];

  constructor(scope: Construct, id: string, props: TablesProps) {
    super(scope, id);
    const database = new GlueCatalogDatabase(this, 'database', {
      // Hyphens would have to be quoted in every query.
      name: Names.of(this).regional('glueDatabase', 'logs').replaceAll('-', '_'),
      description: 'Log lines of the service',
    });
    const day = { name: 'day', type: 'string', comment: 'Of arrival in UTC, yyyy-MM-dd' };
    const lines = this.table(database.name, props, {
      name: 'lines',
      description: 'Every line but those of metrics, by service and day',
      columns: COLUMNS,
      partitions: [{ name: 'service', type: 'string' }, day],
      parameters: {
        'projection.service.type': 'enum',
        'projection.service.values': props.services.join(','),
      },
      // Dollars are doubled for Terraform; Athena gets one.
      path: 'lines/service=$${service}/day=$${day}/',
    });
    const errors = this.table(database.name, props, {
      name: 'errors',
      description: 'Lines of errors once more, by day: what is read again and again must be small',
      columns: { ...COLUMNS, service: 'string' },
      partitions: [day],
      parameters: {},
      path: 'errors/day=$${day}/',
    });
    this.databaseName = database.name;
    this.tableNames = [lines.name, errors.name];
  }

  private table(databaseName: string, { bucketName, days }: TablesProps, table: TablePlan): GlueCatalogTable {
    const [folder] = table.path.split('/');
    return new GlueCatalogTable(this, table.name, {
      name: table.name,
      databaseName,
      description: table.description,
      tableType: 'EXTERNAL_TABLE',
      parameters: {
        EXTERNAL: 'TRUE',
        classification: 'json',
        'projection.enabled': 'true',
        'projection.day.type': 'date',
        'projection.day.format': 'yyyy-MM-dd',
        'projection.day.range': `NOW-${days}DAYS,NOW`,
        'projection.day.interval': '1',
        'projection.day.interval.unit': 'DAYS',
        ...table.parameters,
        'storage.location.template': `s3://${bucketName}/${table.path}`,
      },
      partitionKeys: table.partitions.map((partition) => ({ ...partition })),
      storageDescriptor: {
        location: `s3://${bucketName}/${folder}/`,
        inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        compressed: true,
        columns: Object.entries(table.columns).map(([name, type]) => ({ name, type })),
        serDeInfo: {
          serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
          // A line that is cut off gives a row of nothing and not the end of the query.
          parameters: { 'ignore.malformed.json': 'TRUE', 'case.insensitive': 'TRUE' },
        },
      },
    });
  }
}

interface TablePlan {
  readonly name: string;
  readonly description: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly partitions: readonly { readonly name: string; readonly type: string; readonly comment?: string }[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly path: string;
}
