import { ElasticacheUser } from '@cdktf/provider-aws/lib/elasticache-user';
import { ElasticacheUserGroup } from '@cdktf/provider-aws/lib/elasticache-user-group';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';

/**
 * All keys, and every command but those that administer the server or stop it for others, such as FLUSHALL and KEYS.
 * INFO belongs to these too, and clients ask for it to learn whether a server has loaded its data.
 */
const ACCESS = 'on ~* +@all -@admin -@dangerous +info';

/**
 * The one user of a cache, who logs in with IAM alone, and the group that lets nobody else in. A group of the engine
 * valkey needs no user named `default`, as one of the engine redis does (aws-cdk, "ElastiCache CDK Construct Library").
 */
export class CacheUser extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly groupId: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const names = Names.of(this);
    // For IAM the id and the name are the same (provider documentation, aws_elasticache_user); ids are unique in a region.
    const name = names.regional('cacheUser', 'service');
    const user = new ElasticacheUser(this, 'service', {
      userId: name,
      userName: name,
      engine: 'valkey',
      accessString: ACCESS,
      authenticationMode: { type: 'iam' },
    });
    const group = new ElasticacheUserGroup(this, 'group', {
      userGroupId: names.regional('cacheUser', 'cache-users'),
      engine: 'valkey',
      userIds: [user.userId],
    });
    this.name = user.userName;
    this.arn = user.arn;
    this.groupId = group.userGroupId;
  }
}
