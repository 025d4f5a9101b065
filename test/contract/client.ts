import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request, type Dispatcher } from 'undici';

export interface Answer<T = unknown> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: T;
  readonly bytes: Buffer;
}
export interface Options {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const baseUrl = process.env['BASE_URL'];
if (baseUrl === undefined) {
  throw new Error(
    'BASE_URL is not set; give the address of a running service, such as https://127.0.0.1:8443',
  );
}
const caFile = process.env['CONTRACT_CA_FILE'];
const dispatcher = new Agent({
  connect: caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') },
  headersTimeout: 20_000,
  bodyTimeout: 20_000,
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One request. A path is taken below BASE_URL; a whole address is taken as it is. */
export async function send<T = unknown>(
  method: Dispatcher.HttpMethod,
  address: string,
  body?: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<T>> {
  const answer = await request(new URL(address, baseUrl), { method, headers, body, dispatcher });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  const plain = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    status: answer.statusCode,
    headers: Object.fromEntries(plain),
    body: parse(bytes.toString('utf8')) as T,
    bytes,
  };
}

const common = ({ token, headers }: Options): Record<string, string> => ({
  ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  ...headers,
});

export const get = <T = unknown>(path: string, options: Options = {}): Promise<Answer<T>> =>
  send<T>('GET', path, undefined, common(options));

export const post = <T = unknown>(path: string, body: unknown, options: Options = {}): Promise<Answer<T>> =>
  body === undefined
    ? send<T>('POST', path, undefined, common(options))
    : send<T>('POST', path, JSON.stringify(body), { 'content-type': 'application/json', ...common(options) });

export interface Session {
  readonly user: { readonly id: string; readonly name: string };
  readonly token: string;
}
export interface Post {
  readonly id: string;
  readonly authorId: string;
  readonly text: string;
  readonly version: number;
  readonly createdAt: string;
}
export interface Failure {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly requestId: string;
    readonly details?: readonly { readonly path: string; readonly message: string }[];
  };
}

export const PASSWORD = 'a long enough password';
export const newName = (): string => `u_${randomBytes(8).toString('hex')}`;
export const newKey = (): string => randomUUID();

/** A user of its own for each test, so that tests neither meet each other nor what is there already. */
export async function signUp(name = newName()): Promise<Session> {
  const answer = await post<Session>('/v1/users', { name, password: PASSWORD });
  if (answer.status !== 201) throw new Error(`sign-up answered ${answer.status}: ${answer.bytes.toString()}`);
  return answer.body;
}

export const closeClient = (): Promise<void> => dispatcher.close();
