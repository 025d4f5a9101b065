import { attributeOf } from '../identifiers';
import type { AccessDecision, AccessRequest, Graph, RequestContext } from '../types';
import { boundaryStatements, identityPolicies, resourcePolicies } from './collect';
import { conditionsHold } from './conditions';
import type { PolicyStatement } from './policy';
import { matchesArn, matchesWildcard } from './wildcard';

interface Request {
  readonly action: string;
  readonly resourceArn: string;
  readonly roleArn: string;
  readonly account: string;
  readonly context: RequestContext;
}

/**
 * Whether the plan's policies let a role do something to a resource of its own account (page "Policy evaluation logic" of the IAM
 * user guide): an explicit deny anywhere ends it; else an allow of an identity or a resource policy is needed, within the permissions
 * boundary if the role has one. A KMS key answers only to its key policy, which may hand the decision to the account's IAM policies.
 *
 * Organization policies, session policies and VPC endpoint policies are not in the plan's documents and not evaluated.
 * Throws TopologyError on policies outside the evaluated subset.
 */
export function evaluateAccess(graph: Graph, access: AccessRequest): AccessDecision {
  const request = requestOf(graph, access);
  const identity = identityPolicies(graph, access.role);
  const boundary = boundaryStatements(graph, access.role);
  const resource = resourcePolicies(graph, access.resourceArn);
  const { notEvaluated } = identity;

  const applies = (statements: readonly PolicyStatement[]): PolicyStatement[] =>
    statements.filter((statement) => matchesRequest(statement, request));
  const mine = applies(identity.statements);
  const within = boundary && applies(boundary);
  const onResource = applies(resource.statements);
  const direct = onResource.filter((statement) => principalOf(statement, request) === 'role');
  const delegated = onResource.filter((statement) => principalOf(statement, request) === 'account');

  const denials = [...mine, ...(within ?? []), ...direct, ...delegated].filter(isDeny);
  if (denials.length > 0)
    return {
      allowed: false,
      because: denials.map(line),
      missing: `${subject(access)} is denied by ${denials.map(({ source }) => source).join(' and ')}; narrow that statement`,
      notEvaluated,
    };

  const isKey = access.resourceArn.split(':')[2] === 'kms';
  const granting = direct.filter(isAllow);
  const identityCounts = !isKey || resource.statements.length === 0 || delegated.some(isAllow);
  const allows = [...granting, ...(identityCounts ? mine.filter(isAllow) : [])];
  if (allows.length === 0)
    return {
      allowed: false,
      because: [],
      missing: missingAllow(access, !identityCounts, notEvaluated),
      notEvaluated,
    };
  if (within && !within.some(isAllow))
    return {
      allowed: false,
      because: allows.map(line),
      missing: `${subject(access)} is outside its permissions boundary: add ${needed(access)} there`,
      notEvaluated,
    };
  return { allowed: true, because: [...allows, ...(within ?? []).filter(isAllow)].map(line), notEvaluated };
}

function requestOf(graph: Graph, access: AccessRequest): Request {
  const { role, action, resourceArn, context } = access;
  const roleArn = String(attributeOf(graph, role, 'arn'));
  const defaults: RequestContext = {
    'aws:PrincipalArn': roleArn,
    'aws:PrincipalAccount': role.account,
    'aws:PrincipalType': 'AssumedRole',
    'aws:PrincipalIsAWSService': 'false',
    'aws:ViaAWSService': 'false',
    'aws:ResourceAccount': role.account,
    'aws:RequestedRegion': role.region,
    // The SDKs use HTTPS unless an endpoint is set by hand.
    'aws:SecureTransport': 'true',
  };
  return { action, resourceArn, roleArn, account: role.account, context: { ...defaults, ...context } };
}

function matchesRequest(statement: PolicyStatement, request: Request): boolean {
  return (
    matchesAction(statement, request.action) &&
    matchesResource(statement, request.resourceArn) &&
    conditionsHold(statement.Condition, request.context, statement.source)
  );
}

function matchesAction({ Action, NotAction }: PolicyStatement, action: string): boolean {
  const matches = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => matchesWildcard(pattern, action, true));
  return Action ? matches(Action) : NotAction !== undefined && !matches(NotAction);
}

function matchesResource({ Resource, NotResource, Principal }: PolicyStatement, arn: string): boolean {
  const matches = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => pattern === '*' || matchesArn(pattern, arn));
  if (Resource) return matches(Resource);
  if (NotResource) return !matches(NotResource);
  // A resource policy may leave the resource out: it is the one that the policy is attached to.
  return Principal !== undefined;
}

/** Whom a statement of a resource policy speaks of: this role itself, its account as a whole, or others. */
function principalOf({ Principal }: PolicyStatement, request: Request): 'role' | 'account' | 'others' {
  if (Principal === undefined) return 'others';
  const names = Principal === '*' ? ['*'] : (Principal.AWS ?? []);
  if (names.includes('*') || names.includes(request.roleArn)) return 'role';
  const account = [request.account, `arn:aws:iam::${request.account}:root`];
  return names.some((name) => account.includes(name)) ? 'account' : 'others';
}

const isDeny = (statement: PolicyStatement): boolean => statement.Effect === 'Deny';
const isAllow = (statement: PolicyStatement): boolean => statement.Effect === 'Allow';
const line = (statement: PolicyStatement): string => `${statement.Effect} by ${statement.source}`;
const subject = ({ role, action, resourceArn }: AccessRequest): string =>
  `${role.globalAddress}: ${action} on ${resourceArn}`;

function needed({ action, resourceArn }: AccessRequest): string {
  return JSON.stringify({ Effect: 'Allow', Action: action, Resource: resourceArn });
}

function missingAllow(access: AccessRequest, keyRefuses: boolean, notEvaluated: readonly string[]): string {
  const where = keyRefuses
    ? 'the key policy must allow the role, or its account'
    : `a policy of the role needs the statement ${needed(access)}`;
  const others = notEvaluated.length === 0 ? '' : ` (not evaluated: ${notEvaluated.join(', ')})`;
  return `${subject(access)} is not allowed: ${where}${others}`;
}
