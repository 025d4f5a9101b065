import type { Graph, Line } from './widgets';

export interface WorkRows {
  readonly queue: { readonly name: string; readonly deadLetterName: string };
  /** Leave it out where there are no transcoders. */
  readonly videos?: { readonly name: string; readonly deadLetterName: string };
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
  return [
    {
      title: 'Age of the oldest job',
      unit: 's',
      lines: [queued(queue.name, 'ApproximateAgeOfOldestMessage', 'Maximum', 'oldest')],
    },
    {
      title: 'Backlog',
      unit: 'messages',
      lines: [
        queued(queue.name, 'ApproximateNumberOfMessagesVisible', 'Maximum', 'waiting'),
        queued(queue.name, 'ApproximateNumberOfMessagesNotVisible', 'Maximum', 'in work'),
        queued(queue.deadLetterName, 'ApproximateNumberOfMessagesVisible', 'Maximum', 'failed for good'),
      ],
    },
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
    ...(videos
      ? [
          {
            title: 'Age of the oldest video that waits',
            unit: 's',
            lines: [queued(videos.name, 'ApproximateAgeOfOldestMessage', 'Maximum', 'oldest')],
          },
          {
            title: 'Videos',
            unit: 'messages',
            lines: [
              queued(videos.name, 'ApproximateNumberOfMessagesVisible', 'Maximum', 'waiting'),
              queued(videos.name, 'ApproximateNumberOfMessagesNotVisible', 'Maximum', 'in work'),
              queued(
                videos.deadLetterName,
                'ApproximateNumberOfMessagesVisible',
                'Maximum',
                'failed for good',
              ),
            ],
          },
        ]
      : []),
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
