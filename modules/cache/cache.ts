import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { ElasticacheParameterGroup } from '@cdktf/provider-aws/lib/elasticache-parameter-group';
import {
  ElasticacheReplicationGroup,
  type ElasticacheReplicationGroupLogDeliveryConfiguration,
} from '@cdktf/provider-aws/lib/elasticache-replication-group';
import { ElasticacheSubnetGroup } from '@cdktf/provider-aws/lib/elasticache-subnet-group';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { Construct } from 'constructs';
import { Connections } from '../../lib/connections';
import { ConfigurationError } from '../../lib/errors';
import type { Grantable } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { quietWindows, type QuietHoursUtc } from '../../lib/quiet-hours';
import type { EncryptionKey } from '../encryption-key';
import type { Network } from '../network';
import { CacheUser } from './user';

const PORT = 6379;

/** Amazon ElastiCache User Guide, "Engine versions and upgrading in ElastiCache", and the family of its parameters. */
const ENGINE = { version: '8.2', family: 'valkey8' } as const;

/** A primary that fails needs a replica; the provider documents five replicas as the default limit of AWS. */
const NODES = { fewest: 2, most: 6 } as const;

const PARAMETERS = [
  // Whatever is kept here lives in the database as well, with an expiry or without: a full cache drops what was used
  // longest ago, where the engine's own volatile-lru would refuse writes once only keys without an expiry are left.
  { name: 'maxmemory-policy', value: 'allkeys-lru' },
  // Percent of the memory that stays free for snapshots and for the copy that a new replica gets.
  { name: 'reserved-memory-percent', value: '25' },
];

const LOGS = ['slow-log', 'engine-log'] as const;

export interface CacheProps {
  readonly network: Network;
  /** Under which nodes, snapshots and logs are kept. */
  readonly encryptionKey: EncryptionKey;
  /** Node type of every node, such as `cache.m7g.large`. */
  readonly nodeType: string;
  /** Nodes in all, 2 to 6: a primary, the rest replicas in other zones. */
  readonly nodes: number;
  /** UTC hours of snapshots and maintenance; two or more. */
  readonly quietHoursUtc: QuietHoursUtc;
  /** Days that daily snapshots are kept, 0 for none. Default: 1, to start warm after a loss. */
  readonly snapshotDays?: number;
  /** Days that logs are kept. Default: 30. */
  readonly logDays?: number;
}

/**
 * A Valkey replication group without shards: one primary that fails over to a replica in another zone by itself.
 * Connections are encrypted, users log in with IAM. Replication is asynchronous: nothing lives only here.
 */
export class Cache extends Construct {
  readonly connections: Connections;
  readonly port = PORT;
  readonly primaryEndpoint: string;
  readonly readerEndpoint: string;
  readonly replicationGroupId: string;
  /** The user to log in as, for the service's CACHE_USER. */
  readonly userName: string;
  /** Ids of the nodes, which their metrics are kept by. */
  readonly nodeIds: readonly string[];
  private readonly arns: readonly string[];

  constructor(scope: Construct, id: string, props: CacheProps) {
    super(scope, id);
    check(this.node.path, props.nodes);
    const names = Names.of(this);
    const securityGroup = new SecurityGroup(this, 'security-group', {
      name: names.regional('securityGroup', 'cache'),
      description: 'Cache',
      vpcId: props.network.vpc.id,
      tags: { Name: names.regional('securityGroup', 'cache') },
    });
    this.connections = new Connections(this, { label: 'cache', securityGroup, port: PORT });
    const subnets = new ElasticacheSubnetGroup(this, 'subnets', {
      name: names.regional('cacheGroup', 'cache'),
      description: 'Data subnets of the cache',
      subnetIds: props.network.subnetIds('data'),
    });
    const parameters = new ElasticacheParameterGroup(this, 'parameters', {
      name: names.regional('cacheGroup', `cache-${ENGINE.family}`),
      description: `Cache on ${ENGINE.family}`,
      family: ENGINE.family,
      parameter: PARAMETERS,
      lifecycle: { createBeforeDestroy: true },
    });
    const user = new CacheUser(this, 'user');
    const windows = quietWindows(`${this.node.path}.quietHoursUtc`, props.quietHoursUtc, 'mon');

    // The letter is a generation: a group made anew beside this one is the next, and snapshots never share a name.
    const replicationGroupId = names.regional('cache', 'cache-a');
    const group = new ElasticacheReplicationGroup(this, 'a', {
      replicationGroupId,
      description: 'Cache tier',
      tags: { Component: 'cache' },
      engine: 'valkey',
      engineVersion: ENGINE.version,
      nodeType: props.nodeType,
      numCacheClusters: props.nodes,
      multiAzEnabled: true,
      automaticFailoverEnabled: true,
      port: PORT,
      subnetGroupName: subnets.name,
      securityGroupIds: [securityGroup.id],
      parameterGroupName: parameters.name,
      userGroupIds: [user.groupId],
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: 'true',
      kmsKeyId: props.encryptionKey.arn,
      snapshotRetentionLimit: props.snapshotDays ?? 1,
      snapshotWindow: windows.backup,
      maintenanceWindow: windows.maintenance,
      finalSnapshotIdentifier: `${replicationGroupId}-final-${securityGroup.id}`,
      autoMinorVersionUpgrade: 'true',
      applyImmediately: false,
      logDeliveryConfiguration: this.deliverLogs(props.encryptionKey, props.logDays ?? 30),
    });
    this.primaryEndpoint = group.primaryEndpointAddress;
    this.readerEndpoint = group.readerEndpointAddress;
    this.replicationGroupId = group.replicationGroupId;
    this.userName = user.name;
    // The provider's documentation of num_cache_clusters gives the form of these ids.
    this.nodeIds = Array.from(
      { length: props.nodes },
      (_, node) => `${this.replicationGroupId}-00${node + 1}`,
    );
    this.arns = [group.arn, user.arn];
  }

  /** Lets a role log in with an IAM token as the cache's user. */
  grantConnect(grantee: Grantable): void {
    grantee.grant('connect-to-cache', [{ actions: ['elasticache:Connect'], resources: this.arns }]);
  }

  private deliverLogs(
    key: EncryptionKey,
    retentionInDays: number,
  ): ElasticacheReplicationGroupLogDeliveryConfiguration[] {
    return LOGS.map((log) => {
      const name = Names.of(this).path('logGroup', `cache/${log}`);
      const group = new CloudwatchLogGroup(this, log, {
        name,
        retentionInDays,
        kmsKeyId: key.forLogGroup(name),
      });
      return {
        logType: log,
        logFormat: 'json',
        destinationType: 'cloudwatch-logs',
        destination: group.name,
      };
    });
  }
}

function check(where: string, nodes: number): void {
  const { fewest, most } = NODES;
  if (Number.isInteger(nodes) && nodes >= fewest && nodes <= most) return;
  throw new ConfigurationError([
    {
      where: `${where}.nodes`,
      received: nodes,
      allowed: `${fewest} to ${most} nodes: one alone has nothing to fail over to`,
      fix: 'write for instance 3',
    },
  ]);
}
