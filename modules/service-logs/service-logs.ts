import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { CloudwatchLogMetricFilter } from '@cdktf/provider-aws/lib/cloudwatch-log-metric-filter';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import type { EncryptionKey } from '../encryption-key';

/** What runs on the instances; each has a log of its own. */
const ROLES = ['api', 'worker', 'migrate'] as const;
export type ServiceRole = (typeof ROLES)[number];
export type GroupNames = Readonly<Record<ServiceRole, string> & { transcode?: string }>;

/** Lines of errors (Amazon CloudWatch Logs User Guide, "Filter pattern syntax"). */
export const ERROR_LINES = '{ ($.level = "error") || ($.level = "fatal") }';

export interface ServiceLogsProps {
  /** Under which the lines are kept. */
  readonly encryptionKey: EncryptionKey;
  /** Days that the lines are kept. */
  readonly days: number;
  /** Whether there are transcoders, which have a log as well. Default: none. */
  readonly transcodes?: boolean;
}

/**
 * Where the service's logs go: a log group for each role, so that the silence of one shows beside the others. The agent of
 * the image writes to them by name and would create a missing one without retention, so fleets wait for them. Lines in the
 * embedded metric format become metrics by themselves; lines of errors are counted here.
 */
export class ServiceLogs extends Construct {
  /** Namespace of the metrics that come out of the logs, and of those of the machines. */
  readonly namespace: string;
  readonly groupNames: GroupNames;
  /** Metric of the lines of errors, in `namespace` by the dimension `service`. */
  readonly errorLines = 'ErrorLines';
  /** What must exist before the first instance writes. */
  readonly prerequisites: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: ServiceLogsProps) {
    super(scope, id);
    const { project, environment } = placeOf(this);
    this.namespace = `${project}/${environment}/service`;
    const groups = [...ROLES, ...(props.transcodes ? ['transcode'] : [])].map((role) => {
      const name = Names.of(this).path('logGroup', `service/${role}`);
      const group = new CloudwatchLogGroup(this, role, {
        name,
        retentionInDays: props.days,
        kmsKeyId: props.encryptionKey.forLogGroup(name),
      });
      new CloudwatchLogMetricFilter(this, `${role}-errors`, {
        name: 'error-lines',
        logGroupName: group.name,
        pattern: ERROR_LINES,
        metricTransformation: {
          name: this.errorLines,
          namespace: this.namespace,
          value: '1',
          unit: 'Count',
          // A default value and dimensions exclude each other: without errors the metric is missing.
          dimensions: { service: '$.service' },
        },
      });
      return [role, group] as const;
    });
    this.prerequisites = groups.map(([, group]) => group);
    this.groupNames = Object.fromEntries(groups.map(([role, { name }]) => [role, name])) as GroupNames;
  }
}
