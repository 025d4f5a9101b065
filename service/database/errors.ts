const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
]);

/**
 * SQLSTATEs that say the server, not the statement, is at fault (PostgreSQL, appendix A): shutting down, starting, no
 * connection slot left, read-only after it lost its role, conflict with replay on a standby.
 */
const SERVER = new Set(['57P01', '57P02', '57P03', '53300', '25006', '40001']);

/** Faults that the driver itself raises; it gives them no code. */
const DRIVER =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|client has encountered/i;

export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** True when the same read may succeed on another server or on a new connection. */
export function isUnavailable(error: unknown): boolean {
  const code = errorCode(error);
  if (code !== undefined && (NETWORK.has(code) || SERVER.has(code) || code.startsWith('08'))) return true;
  return error instanceof Error && DRIVER.test(error.message);
}

/** SQLSTATE invalid_password. */
export const isRefusedLogin = (error: unknown): boolean => errorCode(error) === '28P01';
/** SQLSTATE unique_violation. */
export const isDuplicate = (error: unknown): boolean => errorCode(error) === '23505';
/** SQLSTATE foreign_key_violation. */
export const isMissingReference = (error: unknown): boolean => errorCode(error) === '23503';
/** SQLSTATE query_canceled: the statement ran into its time limit. */
export const isTimeout = (error: unknown): boolean => errorCode(error) === '57014';
