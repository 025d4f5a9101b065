import { isIn } from '../rollout';
import { installation, keepSession, position, readSession, type Session } from './state';

export interface Post {
  readonly id: string;
  readonly authorId: string;
  readonly text: string;
  readonly version: number;
  readonly createdAt: string;
}
export interface Picture {
  readonly id: string;
  readonly status: 'pending' | 'processing' | 'ready' | 'failed';
  readonly thumbnailUrl: string;
  readonly video?: { readonly url: string; readonly transcoded: boolean };
}
export interface ClientConfig {
  readonly apiBaseUrl: string;
  readonly features: Readonly<Record<string, boolean>>;
  /** Percent of people for whom a feature is on. */
  readonly rollouts?: Readonly<Record<string, number>>;
  readonly updateRequired: boolean;
  readonly message: string | null;
  readonly refreshSeconds: number;
}
interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly requestId: string };
}

/** Why a request failed, in words for the visitor. */
export class Problem extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
  ) {
    super(message);
  }
}

/** Event of the window when a session ended by itself; its detail is the session. */
export const SIGNED_OUT = 'tiers-signed-out';
/** Event of the window when the service said that a feature is off which the page offered. */
export const SWITCHED = 'tiers-switched';
export const VERSION = '1.0.0';
const ATTEMPTS = 3;
const TIMEOUT_MS = 15_000;
let baseUrl = '';

export const useApi = (url: string): void => {
  baseUrl = url;
};

/** Address of something that the API serves as well as the page's own origin. */
export const apiUrl = (path: string): string => baseUrl + path;

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A key that makes repeating one request safe. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );

interface Options {
  readonly body?: unknown;
  /** A request that is safe to repeat is, when the network or a server fails. */
  readonly repeatable?: boolean;
  readonly key?: string;
  readonly origin?: string;
}

function headers(options: Options): Record<string, string> {
  const token = readSession()?.token;
  const known = position.get();
  return {
    ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(known === undefined ? {} : { 'x-tiers-position': known }),
    ...(options.key === undefined ? {} : { 'idempotency-key': options.key }),
  };
}

const REFRESH = '/v1/sessions/refresh';
let refreshing: Promise<void> | undefined;

/** Gets new tokens for those that are no longer accepted; whoever needs them meanwhile shares the request. */
function refresh(refreshToken: string): Promise<void> {
  refreshing ??= call<Pick<Session, 'token' | 'refreshToken'>>('POST', REFRESH, {
    body: { refreshToken },
    repeatable: true,
  })
    .then((tokens) => {
      const session = readSession();
      // Not for somebody who logged out meanwhile.
      if (session !== undefined) keepSession({ ...session, ...tokens });
    })
    .finally(() => {
      refreshing = undefined;
    });
  return refreshing;
}

/** Ends the session, here at once and at the service as soon as it hears of it. */
export function logOut(): void {
  void fetch(`${baseUrl}/v1/sessions`, { method: 'DELETE', headers: headers({}), keepalive: true }).catch(
    () => undefined,
  );
  keepSession(undefined);
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** When to try again, for who looks at once and for who comes back later. */
function whenAgain(seconds: number): string {
  const wait = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return `Try again in ${wait}, at ${clock.format(Date.now() + seconds * 1000)}.`;
}

/** What the visitor can do about a refusal that has nothing to do with what was asked. */
function advice(answer: Response, code: string | undefined): string | undefined {
  if (answer.status === 429)
    return `That was too much at once. ${whenAgain(Number(answer.headers.get('retry-after') ?? 60))}`;
  if (code === 'feature_off') return 'This is switched off at present. Come back later.';
  return undefined;
}

async function once<T>(method: string, path: string, options: Options, renewed = false): Promise<T> {
  const session = readSession();
  let answer: Response;
  try {
    answer = await fetch((options.origin ?? baseUrl) + path, {
      method,
      headers: headers(options),
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      cache: 'no-store',
    });
  } catch {
    throw new Problem('The service could not be reached. Check your connection and try again.', 0, 'network');
  }
  const written = answer.headers.get('x-tiers-position');
  if (written !== null) position.set(written);
  const body = (await answer.json().catch(() => undefined)) as T | Failure | undefined;
  if (answer.status === 204 || (answer.ok && body !== undefined)) return body as T;
  const failure = (body as Failure | undefined)?.error;
  if (failure?.code === 'unauthenticated' && session?.refreshToken !== undefined && !renewed) {
    // Somebody else may have got new ones while this request was under way.
    if (readSession()?.token === session.token) await refresh(session.refreshToken);
    return once<T>(method, path, options, true);
  }
  if (answer.status === 401 && readSession() !== undefined) {
    // The token is no longer accepted: whoever asked, the visitor has to log in again.
    keepSession(undefined);
    dispatchEvent(new CustomEvent(SIGNED_OUT, { detail: session }));
    throw new Problem('Your session has ended. Log in again to go on.', 401, 'signed_out');
  }
  if (failure?.code === 'feature_off') dispatchEvent(new Event(SWITCHED));
  throw new Problem(
    advice(answer, failure?.code) ??
      failure?.message ??
      `The service answered with status ${answer.status}. Try again in a moment.`,
    answer.status,
    failure?.code ?? 'unknown',
  );
}

/** A change that is made by what it says, not by how often: repeating it does no harm. */
const IDEMPOTENT = new Set(['GET', 'PUT', 'PATCH', 'DELETE']);

export async function call<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  options: Options = {},
): Promise<T> {
  const repeatable = options.repeatable ?? (IDEMPOTENT.has(method) || options.key !== undefined);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once<T>(method, path, options);
    } catch (error) {
      const passing =
        error instanceof Problem &&
        (error.status === 0 || error.status >= 502 || error.code === 'request_in_progress');
      if (!repeatable || !passing || error.code === 'feature_off' || attempt === ATTEMPTS) throw error;
      await pause(300 * 2 ** attempt * (0.5 + Math.random() / 2));
    }
  }
}

const configPath = `/v1/client-config?platform=web&version=${VERSION}`;
/**
 * Asked of the page's own origin, which also says where the API is; where that is away, of the API known so far. Answers what is on for who
 * uses this page.
 */
export async function fetchConfig(): Promise<ClientConfig> {
  const config = await call<ClientConfig>('GET', configPath, { origin: location.origin }).catch(
    (error: unknown) => {
      if (baseUrl === location.origin) throw error;
      return call<ClientConfig>('GET', configPath);
    },
  );
  const id = readSession()?.user.id ?? installation();
  const features = { ...config.features };
  for (const [name, percent] of Object.entries(config.rollouts ?? {}))
    features[name] = isIn(name, id, percent);
  return { ...config, features };
}
