import { z } from 'zod';
import document from './permissions.json';

/**
 * What each role of the service needs of its surroundings. Whoever runs a role compares this with what the plan grants
 * (policies, security groups) before the first process starts, so that a missing permission is a named fault at start
 * and not an AccessDenied in the log at night.
 */
const resource = z.strictObject({
  /** Environment variable of the role whose value names the resource (address, URL, name or ARN). */
  env: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
  /** Appended to the resource's ARN, e.g. the key prefix inside a bucket. */
  suffix: z.string().startsWith('/').optional(),
  /** The variable holds several values, separated by commas; the entry holds for each of them. */
  list: z.boolean().optional(),
});

const action = z.strictObject({
  /** IAM action, service prefix included. */
  action: z.string().regex(/^[a-z0-9-]+:[A-Za-z]+$/),
  resource,
  /** True: needed only where the variable is set and not empty. */
  optional: z.boolean().optional(),
});

const connection = z.strictObject({
  host: z.strictObject({ env: z.string(), list: z.boolean().optional() }),
  port: z.strictObject({ env: z.string() }),
  optional: z.boolean().optional(),
});

const role = z.strictObject({
  actions: z.array(action).min(1),
  /** TCP connections that the role opens inside the network. */
  connections: z.array(connection),
  /** AWS services called over HTTPS (port 443), by endpoint prefix. */
  services: z.array(z.string()),
  /** Those that have no endpoint in the network or are called in another region, where the variable is set. */
  throughNat: z.array(z.strictObject({ service: z.string(), env: z.string() })).default([]),
});

export const permissionsSchema = z.strictObject({ api: role, worker: role, transcode: role, migrate: role });

export type Permissions = z.infer<typeof permissionsSchema>;
export type RolePermissions = z.infer<typeof role>;
export type ServiceRole = keyof Permissions;

/** Permissions of every role, checked once at load. */
export const permissions: Permissions = permissionsSchema.parse(document);
