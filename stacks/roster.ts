import type { Deployment } from '../deployments/schema';

/** What every kind of server of a region is for, and what it runs on: the dashboard shows it beside how each is doing. */
export function serversOf({ web, workers, transcoders, database, cache }: Deployment) {
  const range = ({ min, max }: { readonly min: number; readonly max: number }): string =>
    min === max ? `${min}` : `${min} to ${max}`;
  const shards = database?.shards ?? 1;
  const each = shards > 1 ? ' of each shard' : '';
  return [
    ...(web
      ? [
          {
            name: 'web',
            purpose: 'answers the API and the page, behind the load balancer; keeps nothing',
            size: `${range(web)} of ${web.instanceTypes.join(', ')}; ${web.nightMin ?? web.min} at the least by night`,
            reason: web.hardware.reason,
          },
        ]
      : []),
    ...(workers
      ? [
          {
            name: 'worker',
            purpose: 'takes jobs from the queue, migrates the database; on Spot, keeps nothing',
            size: `${range(workers)} of ${workers.instanceTypes.join(', ')}`,
            reason: workers.hardware.reason,
          },
        ]
      : []),
    ...(transcoders
      ? [
          {
            name: 'transcoder',
            purpose:
              'makes videos into what every browser plays, from a queue of its own; on Spot, keeps nothing',
            size: `${range(transcoders)} of ${transcoders.instanceTypes.join(', ')}`,
            reason: transcoders.hardware.reason,
          },
        ]
      : []),
    ...(database
      ? [
          {
            name: 'database',
            purpose: `PostgreSQL ${database.engineVersion}: one${each} takes the writes${database.multiAz.enabled ? ', with a standby in another zone' : ''}, the others are read`,
            size: `${shards * (database.replicas + 1)} of ${database.instanceClass}, ${database.storage} to ${database.maxStorage} GiB each`,
            reason: database.hardware.reason,
          },
        ]
      : []),
    ...(cache
      ? [
          {
            name: 'cache',
            purpose: 'Valkey: what is read often; one takes the writes, nothing lives only there',
            size: `${cache.nodes} of ${cache.nodeType}`,
            reason: cache.hardware.reason,
          },
        ]
      : []),
  ];
}
