import type { State, States } from '../scheduled-workflow';

export interface Inspected {
  /** What the machines of each fleet call themselves, and their group. */
  readonly fleets: readonly { readonly machines: string; readonly autoScalingGroupName: string }[];
  /** Identifiers of the database instances, the first of each shard. */
  readonly databases: readonly string[];
  /** Leave it out where there is no cache. */
  readonly cache?: { readonly replicationGroupId: string; readonly nodeIds: readonly string[] };
}

/** Instances of one answer: what a task hands on has 256 KiB at most (AWS Step Functions Developer Guide, "Step Functions service quotas"). */
const PAGE = 20;

const MILLISECONDS_PER_DAY = 86_400_000;

const INSTANCE = 'DBInstanceIdentifier';
/** Amazon RDS API Reference, "SupportedEngineLifecycle": the support that costs nothing, as against the extended one. */
const STANDARD = "[LifecycleSupportName = 'open-source-rds-standard-support'][0]";

const task = (service: string, action: string, rest: Omit<State, 'Type'>): State => ({
  Type: 'Task',
  Resource: `arn:aws:states:::aws-sdk:${service}:${action}`,
  ...rest,
});

/** One metric; an expression of it that has no value fails the run. */
const figure = (MetricName: string, Name: string, of: string, value: string) => ({
  MetricName,
  Dimensions: [{ Name, Value: of }],
  Value: jsonata(value),
});

const jsonata = (expression: string): string => `{% ${expression} %}`;

/** One branch for each item, after one another would do: there are few. Each gives a list of metrics. */
const each = (name: string, items: readonly unknown[], processor: States): States => ({
  StartAt: name,
  States: {
    [name]: {
      Type: 'Map',
      Items: items,
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...processor },
      // A list of one is its only member to JSONata.
      Output: jsonata('[$reduce($states.result, $append, [])]'),
      End: true,
    },
  },
});

/** Age of the oldest image that a running instance of each group was started from. */
function images(fleets: Inspected['fleets']): States {
  return each('Fleets', fleets, {
    StartAt: 'Begin',
    States: {
      Begin: {
        Type: 'Pass',
        Assign: {
          machines: jsonata('$states.input.machines'),
          group: jsonata('$states.input.autoScalingGroupName'),
          images: [],
          token: '',
        },
        Next: 'Instances',
      },
      Instances: task('ec2', 'describeInstances', {
        Arguments: jsonata(
          `$merge([{'MaxResults': ${PAGE}, 'Filters': [` +
            "{'Name': 'tag:aws:autoscaling:groupName', 'Values': [$group]}, " +
            "{'Name': 'instance-state-name', 'Values': ['running']}]}, " +
            "$token = '' ? {} : {'NextToken': $token}])",
        ),
        Assign: {
          images: jsonata('[$distinct($append($images, $states.result.Reservations.Instances.ImageId))]'),
          token: jsonata("$exists($states.result.NextToken) ? $states.result.NextToken : ''"),
        },
        Next: 'More',
      }),
      More: {
        Type: 'Choice',
        Choices: [
          { Condition: jsonata("$token != ''"), Next: 'Instances' },
          { Condition: jsonata('$count($images) = 0'), Next: 'None' },
        ],
        Default: 'Images',
      },
      None: { Type: 'Pass', Output: [], End: true },
      Images: task('ec2', 'describeImages', {
        Arguments: { ImageIds: jsonata('$images') },
        Output: [
          figure(
            'ImageAgeDays',
            'Fleet',
            jsonata('$machines'),
            `$max($states.result.Images.($toMillis($states.context.State.EnteredTime) - $toMillis(CreationDate))) / ${MILLISECONDS_PER_DAY}`,
          ),
        ],
        End: true,
      }),
    },
  });
}

/** What RDS has given an instance, and how long its major version is supported without paying for it. */
function databases(identifiers: readonly string[]): States {
  const identifier = jsonata('$instance.DbInstanceIdentifier');
  return each('Databases', identifiers, {
    StartAt: 'Instance',
    States: {
      Instance: task('rds', 'describeDBInstances', {
        Arguments: { DbInstanceIdentifier: jsonata('$states.input') },
        Assign: { instance: jsonata('$states.result.DbInstances[0]') },
        Next: 'Support',
      }),
      Support: task('rds', 'describeDBMajorEngineVersions', {
        Arguments: {
          Engine: jsonata('$instance.Engine'),
          MajorEngineVersion: jsonata("$split($instance.EngineVersion, '.')[0]"),
        },
        Output: [
          figure('AllocatedStorage', INSTANCE, identifier, '$instance.AllocatedStorage'),
          figure(
            'EngineSupportDays',
            INSTANCE,
            identifier,
            `($toMillis($states.result.DbMajorEngineVersions.SupportedEngineLifecycles${STANDARD}.LifecycleSupportEndDate)` +
              ` - $toMillis($states.context.State.EnteredTime)) / ${MILLISECONDS_PER_DAY}`,
          ),
        ],
        End: true,
      }),
    },
  });
}

/** Whether ElastiCache still offers the version, major and minor, that the cache runs: 1 or 0. It publishes no dates. */
function cache({ replicationGroupId, nodeIds }: NonNullable<Inspected['cache']>): States {
  return {
    StartAt: 'Node',
    States: {
      Node: task('elasticache', 'describeCacheClusters', {
        Arguments: { CacheClusterId: nodeIds[0] },
        Assign: { node: jsonata('$states.result.CacheClusters[0]') },
        Next: 'Offers',
      }),
      Offers: task('elasticache', 'describeCacheEngineVersions', {
        Arguments: { Engine: jsonata('$node.Engine') },
        Output: [
          figure(
            'EngineOffered',
            'ReplicationGroupId',
            replicationGroupId,
            "($minor := function($version) { $join($split($version, '.')[[0..1]], '.') }; " +
              '$minor($node.EngineVersion) in [$states.result.CacheEngineVersions.EngineVersion.$minor($)] ? 1 : 0)',
          ),
        ],
        End: true,
      }),
    },
  };
}

/** Looks at everything at once and publishes what it found. */
export function inspect(inspected: Inspected, namespace: string): States {
  return {
    StartAt: 'Look',
    States: {
      Look: {
        Type: 'Parallel',
        Branches: [
          images(inspected.fleets),
          databases(inspected.databases),
          ...(inspected.cache ? [cache(inspected.cache)] : []),
        ],
        Next: 'Publish',
      },
      Publish: task('cloudwatch', 'putMetricData', {
        Arguments: {
          Namespace: namespace,
          MetricData: jsonata('[$reduce($states.input, $append, [])]'),
        },
        End: true,
      }),
    },
  };
}
