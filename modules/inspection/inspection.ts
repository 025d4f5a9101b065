import { Construct } from 'constructs';
import { placeOf } from '../../lib/place';
import type { EncryptionKey } from '../encryption-key';
import { ScheduledWorkflow } from '../scheduled-workflow';
import { inspect, type Inspected } from './states';

export interface InspectionProps extends Inspected {
  readonly encryptionKey: EncryptionKey;
  /** Days that the workflow's log is kept. */
  readonly logDays: number;
}

const DAY = 86_400;

/**
 * A daily look at what grows old or full and has no metric of AWS: the images that instances run, the support that is left of
 * the database's major version, whether the cache's version is still offered, the storage that RDS has given so far.
 */
export class Inspection extends Construct {
  /** Namespace of `ImageAgeDays`, `EngineSupportDays`, `EngineOffered` and `AllocatedStorage`. */
  readonly namespace: string;
  /** For the alarms on runs that fail or never happen. */
  readonly workflow: {
    readonly label: string;
    readonly stateMachineArn: string;
    readonly every: number;
    readonly missed: string;
  };

  constructor(scope: Construct, id: string, { encryptionKey, logDays, ...inspected }: InspectionProps) {
    super(scope, id);
    const { project, environment, region, account } = placeOf(this);
    this.namespace = `${project}/${environment}/inspection`;
    const workflow = new ScheduledWorkflow(this, 'workflow', {
      component: 'inspection',
      description: 'Looks once a day at what grows old or full',
      definition: {
        Comment: 'Ages of images and engines, and allocated storage, as metrics',
        TimeoutSeconds: 900,
        ...inspect(inspected, this.namespace),
      },
      // In the middle of a day of CloudWatch, which is one of UTC: the figure stands beside the day's others.
      schedule: { expression: 'cron(0 12 * * ? *)', timeZone: 'UTC' },
      encryptionKey,
      logDays,
    });
    workflow.grant('inspect', [
      {
        actions: ['rds:DescribeDBInstances'],
        resources: inspected.databases.map((name) => `arn:aws:rds:${region}:${account}:db:${name}`),
      },
      ...(inspected.cache
        ? [
            {
              actions: ['elasticache:DescribeCacheClusters'],
              resources: [`arn:aws:elasticache:${region}:${account}:cluster:${inspected.cache.nodeIds[0]}`],
            },
          ]
        : []),
      {
        // These know no resources (Service Authorization Reference); calls to other regions are left out.
        actions: [
          'ec2:DescribeImages',
          'ec2:DescribeInstances',
          'elasticache:DescribeCacheEngineVersions',
          'rds:DescribeDBMajorEngineVersions',
        ],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:RequestedRegion': region } },
      },
      {
        // Nor does this one; it knows the namespace.
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': this.namespace } },
      },
    ]);
    this.workflow = {
      label: 'inspection',
      stateMachineArn: workflow.stateMachineArn,
      every: DAY,
      missed: 'nobody hears of old images, of engines out of support, and of storage that fills in weeks',
    };
  }
}
