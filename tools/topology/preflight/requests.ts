import { evaluate } from '../evaluate';
import { attributeOf, resourcesListed, resourceWith } from '../identifiers';
import { isObject } from '../json';
import { copyIn } from './copies';
import type { Graph, RequestContext, Resource } from '../types';

/** One question to the policies: may the role do this to that resource. */
export interface Needed {
  readonly action: string;
  readonly resourceArn: string;
  readonly context?: RequestContext;
}

/** The type that the resource of an action of each service must have. */
const RESOURCE_TYPES: Readonly<Record<string, string>> = {
  'rds-db': 'aws_db_instance',
  elasticache: 'aws_elasticache_replication_group',
  sqs: 'aws_sqs_queue',
  sns: 'aws_sns_topic',
  dynamodb: 'aws_dynamodb_table',
  s3: 'aws_s3_bucket',
  secretsmanager: 'aws_secretsmanager_secret',
  ssm: 'aws_ssm_parameter',
};

/** What is wrong with a question before the policies are asked. */
export class UnaskableError extends Error {
  override readonly name = 'UnaskableError';
}

/**
 * The requests that an action on a resource comes down to. Throws UnaskableError where the resource is of the wrong type.
 *
 * @param region where the call is made: a copy there is asked in place of the first one
 * @param environment evaluated variables: DB_USER and CACHE_USER name the users that connect
 */
export function requestsFor(
  graph: Graph,
  action: string,
  resource: Resource,
  suffix: string,
  region: string,
  environment: Readonly<Record<string, string>>,
): Needed[] {
  const service = action.split(':')[0] ?? '';
  if (service === 'cloudfront') return invalidation(graph, action, resource);
  const type = RESOURCE_TYPES[service];
  if (type === undefined)
    throw new UnaskableError(
      `actions of ${service} are not known (${Object.keys(RESOURCE_TYPES).join(', ')} are)`,
    );
  if (resource.type !== type)
    throw new UnaskableError(`it refers to ${resource.globalAddress}, but ${action} needs an ${type}`);
  if (action === 'rds-db:connect') return [databaseConnect(graph, resource, environment.DB_USER)];
  if (action === 'elasticache:Connect') return cacheConnect(graph, resource, environment.CACHE_USER);
  const arn = copyIn(graph, resource, region)?.arn ?? String(attributeOf(graph, resource, 'arn'));
  return [{ action, resourceArn: `${arn}${suffix}` }];
}

/** The service is told of a distribution by a parameter that holds its id. */
function invalidation(graph: Graph, action: string, parameter: Resource): Needed[] {
  const distribution =
    parameter.type === 'aws_ssm_parameter'
      ? resourceWith(graph, 'aws_cloudfront_distribution', 'id', evaluate(graph, parameter, 'value'))
      : undefined;
  if (!distribution)
    throw new UnaskableError(
      `it refers to ${parameter.globalAddress}, but ${action} needs an aws_ssm_parameter that holds the id of a distribution`,
    );
  const tags = evaluate(graph, distribution, 'tags');
  const context = Object.entries(isObject(tags) ? tags : {}).map(
    ([name, value]) => [`aws:ResourceTag/${name}`, String(value)] as const,
  );
  return [
    {
      action,
      resourceArn: String(attributeOf(graph, distribution, 'arn')),
      context: Object.fromEntries(context),
    },
  ];
}

/** ARN form: page "Creating and using an IAM policy for IAM database access" of the RDS user guide. */
function databaseConnect(graph: Graph, database: Resource, user: string | undefined): Needed {
  if (!user) throw new UnaskableError('DB_USER is not set, so that the database user is not known');
  const id = String(attributeOf(graph, database, 'resource_id'));
  const { region, account } = database;
  return {
    action: 'rds-db:connect',
    resourceArn: `arn:aws:rds-db:${region}:${account}:dbuser:${id}/${user}`,
  };
}

/** Both the cache and the user must be allowed (page "Authenticating with IAM" of the ElastiCache user guide). */
function cacheConnect(graph: Graph, cache: Resource, user: string | undefined): Needed[] {
  if (!user) throw new UnaskableError('CACHE_USER is not set, so that the cache user is not known');
  const users = resourcesListed(graph, cache, 'user_group_ids', 'aws_elasticache_user_group').flatMap(
    (group) => resourcesListed(graph, group, 'user_ids', 'aws_elasticache_user'),
  );
  const found = users.find((candidate) => evaluate(graph, candidate, 'user_name') === user);
  if (!found)
    throw new UnaskableError(
      `CACHE_USER is '${user}', but the user groups of ${cache.globalAddress} hold ${listOf(graph, users)}`,
    );
  return [cache, found].map((resource) => ({
    action: 'elasticache:Connect',
    resourceArn: String(attributeOf(graph, resource, 'arn')),
  }));
}

function listOf(graph: Graph, users: readonly Resource[]): string {
  const names = users.map((user) => String(evaluate(graph, user, 'user_name')));
  return names.length === 0 ? 'no user' : names.join(', ');
}
