import type { Graph, Line } from './widgets';

export interface LimitRows {
  /** Where the daily inspection puts its figures. */
  readonly inspection: string;
  readonly fleets: Readonly<Record<string, string>>;
  /** First instance of each shard. */
  readonly writers: readonly string[];
  readonly certificateArn: string;
}

const DAYS = 90;

/** What grows towards an end: weeks and months, not minutes. */
export function limitGraphs({ inspection, fleets, writers, certificateArn }: LimitRows): Graph[] {
  const quota = (label: string, service: string, resource: string, kind: string): Line => ({
    namespace: 'AWS/Usage',
    metric: 'ResourceCount',
    dimensions: { Service: service, Type: 'Resource', Resource: resource, Class: kind },
    statistic: 'Maximum',
    label,
    expression: '100 * m / SERVICE_QUOTA(m)',
  });
  const daily = (
    metric: string,
    dimension: string,
    value: string,
    statistic: string,
    label: string,
  ): Line => ({
    namespace: inspection,
    metric,
    dimensions: { [dimension]: value },
    statistic,
    label,
  });
  return [
    {
      title: 'Quotas of the account in use',
      unit: '%',
      lines: [
        quota('on-demand vCPUs', 'EC2', 'vCPU', 'Standard/OnDemand'),
        quota('Spot vCPUs', 'EC2', 'vCPU', 'Standard/Spot'),
        quota('targets of a balancer', 'Elastic Load Balancing', 'TargetsPerApplicationLoadBalancer', 'None'),
      ],
    },
    {
      title: 'Storage used by each shard',
      unit: 'GiB',
      days: DAYS,
      lines: writers.map((identifier) => ({
        ...daily('AllocatedStorage', 'DBInstanceIdentifier', identifier, 'Maximum', identifier),
        with: {
          free: {
            namespace: 'AWS/RDS',
            metric: 'FreeStorageSpace',
            dimensions: { DBInstanceIdentifier: identifier },
            statistic: 'Minimum',
            label: identifier,
          },
        },
        expression: 'm - free / 1073741824',
      })),
    },
    {
      title: 'Age of the oldest image',
      unit: 'days',
      days: DAYS,
      lines: Object.entries(fleets).map(([label, machines]) =>
        daily('ImageAgeDays', 'Fleet', machines, 'Maximum', label),
      ),
    },
    {
      title: 'Days until something ends',
      unit: 'days',
      days: DAYS,
      lines: [
        ...writers.map((identifier) =>
          daily(
            'EngineSupportDays',
            'DBInstanceIdentifier',
            identifier,
            'Minimum',
            `support of ${identifier}`,
          ),
        ),
        {
          namespace: 'AWS/CertificateManager',
          metric: 'DaysToExpiry',
          dimensions: { CertificateArn: certificateArn },
          statistic: 'Minimum',
          label: 'certificate of the balancer',
        },
      ],
    },
  ];
}
