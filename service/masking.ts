import { isIPv4 } from 'node:net';

export const MASKED = '[redacted]';

/** Members that carry what belongs to a person or opens a door, wherever a caller puts them. */
const PRIVATE = [
  'name',
  'userName',
  'email',
  'password',
  'passwordHash',
  'token',
  'refreshToken',
  'authorization',
  'cookie',
  'ip',
  'remoteAddress',
  'address',
  'secret',
  'signingKey',
];

/** Paths for the logger's redaction: at the root of a line and up to two levels below it. */
export const PRIVATE_PATHS: readonly string[] = [
  ...PRIVATE.flatMap((member) => [member, `*.${member}`, `*.*.${member}`]),
  '["x-forwarded-for"]',
  '*["x-forwarded-for"]',
  '*.*["x-forwarded-for"]',
];

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // Signed tokens of the users: three base64url parts, the first of which begins with {".
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, MASKED],
  // Refresh tokens.
  [/\b\d{1,19}\.\d{1,9}\.[\w-]{64}/g, MASKED],
  [/\b(Bearer|Basic)\s+[^\s"',]+/gi, `$1 ${MASKED}`],
  // Presigned addresses, and the tokens for databases and caches, which have the same form.
  [/\b(X-Amz-(?:Signature|Security-Token|Credential)=)[^&\s"']+/gi, `$1${MASKED}`],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, MASKED],
];
const ADDRESS = /\b\d{1,3}(?:\.\d{1,3}){3}\b/g;
/** RFC 1918, RFC 6598, loopback and link-local: machines of this network, not clients. */
const OWN_NETWORK =
  /^(?:0|10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;

/** A text without tokens, signatures, e-mail addresses and network addresses of clients. */
export function mask(text: string): string {
  const masked = PATTERNS.reduce((result, [pattern, by]) => result.replace(pattern, by), text);
  return masked.replace(ADDRESS, (found) => (isIPv4(found) && !OWN_NETWORK.test(found) ? MASKED : found));
}

/** Causes and parts of an error that are described. */
const DEPTH = 4;
const PARTS = 5;

/**
 * What a log line says of an error: its type, code, message and stack, and those of its causes. Nothing else, because
 * libraries hang requests, rows and values on their errors; PostgreSQL's `detail` for one quotes the row.
 */
export function describeError(error: unknown, depth = DEPTH): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? mask(error) : typeof error;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  return {
    type: error.constructor.name,
    ...(typeof code === 'string' ? { code } : {}),
    message: mask(error.message),
    stack: mask(error.stack ?? ''),
    ...(cause !== undefined && depth > 0 ? { cause: describeError(cause, depth - 1) } : {}),
    ...(Array.isArray(errors) && depth > 0
      ? { errors: errors.slice(0, PARTS).map((part) => describeError(part, depth - 1)) }
      : {}),
  };
}
