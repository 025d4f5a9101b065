import type { Graph, Line } from './widgets';

export interface WorkRows {
  readonly queue: { readonly name: string; readonly deadLetterName: string };
  /** Leave it out where there are no transcoders. */
  readonly videos?: WorkRows['queue'];
  readonly table: { readonly tableName: string };
  /** The fleet that takes from the queue. */
  readonly workers: { readonly autoScalingGroupName: string };
}

export function workGraphs({ queue, videos, table, workers }: WorkRows): Graph[] {
  const queued = (name: string, metric: string, statistic: string, label: string): Line => ({
    namespace: 'AWS/SQS',
    metric,
    dimensions: { QueueName: name },
    statistic,
    label,
  });
  const tabled = (metric: string, label: string): Line => ({
    namespace: 'AWS/DynamoDB',
    metric,
    dimensions: { TableName: table.tableName },
    statistic: 'Sum',
    label,
  });
  const waiting = ({ name, deadLetterName }: WorkRows['queue'], age: string, backlog: string): Graph[] => [
    {
      title: age,
      unit: 's',
      lines: [queued(name, 'ApproximateAgeOfOldestMessage', 'Maximum', 'oldest')],
    },
    {
      title: backlog,
      unit: 'messages',
      lines: [
        queued(name, 'ApproximateNumberOfMessagesVisible', 'Maximum', 'waiting'),
        queued(name, 'ApproximateNumberOfMessagesNotVisible', 'Maximum', 'in work'),
        queued(deadLetterName, 'ApproximateNumberOfMessagesVisible', 'Maximum', 'failed for good'),
      ],
    },
  ];
  return [
    ...waiting(queue, 'Age of the oldest job', 'Backlog'),
    {
      title: 'Backlog for each worker',
      unit: 'messages',
      lines: [
        {
          ...queued(queue.name, 'ApproximateNumberOfMessagesVisible', 'Maximum', 'a worker'),
          with: {
            instances: {
              namespace: 'AWS/AutoScaling',
              metric: 'GroupInServiceInstances',
              dimensions: { AutoScalingGroupName: workers.autoScalingGroupName },
              statistic: 'Average',
              label: 'workers',
            },
          },
          expression: 'm / IF(FILL(instances, 0) > 0, instances, 1)',
        },
      ],
    },
    {
      title: 'Jobs',
      unit: 'messages/min',
      lines: [
        queued(queue.name, 'NumberOfMessagesSent', 'Sum', 'sent'),
        queued(queue.name, 'NumberOfMessagesDeleted', 'Sum', 'done'),
      ],
    },
    ...(videos ? waiting(videos, 'Age of the oldest video that waits', 'Videos') : []),
    {
      title: 'Shared state',
      unit: 'units/min',
      lines: [
        tabled('ConsumedReadCapacityUnits', 'read'),
        tabled('ConsumedWriteCapacityUnits', 'written'),
        tabled('ReadThrottleEvents', 'reads turned away'),
        tabled('WriteThrottleEvents', 'writes turned away'),
      ],
    },
  ];
}
