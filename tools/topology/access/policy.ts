import { z } from 'zod';
import { TopologyError } from '../errors';
import { evaluate } from '../evaluate';
import type { Graph, Resource } from '../types';

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const scalars = z
  .union([z.string(), z.boolean(), z.number(), z.array(z.union([z.string(), z.boolean(), z.number()]))])
  .transform((value) => (Array.isArray(value) ? value : [value]).map(String));
const principals = z.union([z.literal('*'), z.record(z.string(), texts)]);

const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Resource: texts.optional(),
  NotResource: texts.optional(),
  Principal: principals.optional(),
  NotPrincipal: principals.optional(),
  Condition: z.record(z.string(), z.record(z.string(), scalars)).optional(),
});

const policySchema = z.strictObject({
  Version: z.string().optional(),
  Id: z.string().optional(),
  Statement: z
    .union([statementSchema.transform((statement) => [statement]), z.array(statementSchema)])
    .transform((statements) => statements),
});

export type PolicyStatement = z.infer<typeof statementSchema> & {
  /** Resource and statement that hold it, for messages. */
  readonly source: string;
};

const ALLOWED =
  'Allowed is an IAM policy document: Version, Statement with Effect, Action or NotAction, Resource or NotResource, ' +
  'Principal, Condition; no policy variables and no NotPrincipal';

/** The statements of a policy document that an argument holds as JSON text. Throws TopologyError where it holds something else. */
export function statementsOf(
  graph: Graph,
  holder: Resource,
  argument: string | readonly (string | number)[],
): PolicyStatement[] {
  const name = typeof argument === 'string' ? argument : argument.join('.');
  const location = { stack: holder.stack, address: holder.address, argument: name };
  const text = evaluate(graph, holder, argument);
  if (text === undefined) return [];
  const policy = policySchema.safeParse(parsed(String(text)));
  if (!policy.success)
    throw new TopologyError(location, `found no policy document: ${z.prettifyError(policy.error)}`, ALLOWED);
  // In policies of the older version, ${...} has no meaning of its own.
  if (policy.data.Version === '2012-10-17' && String(text).includes('${'))
    throw new TopologyError(location, 'found a policy variable ${...}', ALLOWED);
  return policy.data.Statement.map((statement, index) => {
    if (statement.NotPrincipal !== undefined)
      throw new TopologyError(location, `found NotPrincipal in statement ${index}`, ALLOWED);
    return { ...statement, source: `${holder.globalAddress} statement ${statement.Sid ?? index}` };
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the trust policy of a role lets an AWS service assume it; conditions on the service's request are not looked at. */
export function trusts(graph: Graph, role: Resource, service: string): boolean {
  return statementsOf(graph, role, 'assume_role_policy').some(
    ({ Effect, Action, Principal }) =>
      Effect === 'Allow' &&
      (Action ?? []).some((action) => ['sts:AssumeRole', 'sts:*', '*'].includes(action)) &&
      typeof Principal === 'object' &&
      (Principal.Service ?? []).includes(service),
  );
}
