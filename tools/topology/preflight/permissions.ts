import { readFileSync } from 'node:fs';
import { z } from 'zod';

const action = z.strictObject({
  /** `sqs:SendMessage`. */
  action: z.string(),
  /** The variable whose value leads to the resource; `suffix` is appended to its ARN, `list` means comma separated. */
  resource: z.strictObject({ env: z.string(), suffix: z.string().optional(), list: z.boolean().optional() }),
  /** Needed only where the variable is set and not empty. */
  optional: z.boolean().optional(),
});

const connection = z.strictObject({
  host: z.strictObject({ env: z.string(), list: z.boolean().optional() }),
  port: z.strictObject({ env: z.string() }),
  optional: z.boolean().optional(),
});

const role = z.strictObject({
  actions: z.array(action),
  connections: z.array(connection),
  /** AWS services called by HTTPS, by endpoint prefix. */
  services: z.array(z.string()).default([]),
  /** Called through NAT, as no endpoint of the VPC leads there; only where the variable is set. */
  throughNat: z.array(z.strictObject({ service: z.string(), env: z.string() })).optional(),
});

const permissions = z.record(z.string(), role);

export type NeededAction = z.infer<typeof action>;
export type NeededConnection = z.infer<typeof connection>;
export type RoleNeeds = z.infer<typeof role>;
/** What each role of the service needs of its surroundings, by role. */
export type ServiceNeeds = z.infer<typeof permissions>;

/** Reads what the service says it needs. Throws on a file of another form. */
export function readServiceNeeds(file: string): ServiceNeeds {
  const parsed = permissions.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(`${file}: not what a service needs by role: ${z.prettifyError(parsed.error)}`);
}
