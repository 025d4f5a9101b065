/** Milliseconds for one request; far above every objective, so that only what is broken runs into it. */
const TIMEOUT = 8_000;
/** Characters of an unexpected answer that the message shows. */
const SHOWN = 200;

export interface Request {
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** One request. Throws with method, address and cause where nothing answers; any status is an answer. */
export async function ask(url: string, { method = 'GET', body, headers }: Request = {}): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    throw new Error(`${method} ${url}: no answer: ${causeOf(error)}`, { cause: error });
  }
}

/** The answer, if its status is the one expected. Throws with what came instead. */
export async function expectStatus(url: string, expected: number, request: Request = {}): Promise<Answer> {
  const answer = await ask(url, request);
  if (answer.status !== expected) throw unexpected(url, expected, answer, request);
  return answer;
}

export function unexpected(url: string, expected: number, { status, text }: Answer, request: Request): Error {
  return new Error(
    `${request.method ?? 'GET'} ${url}: expected ${expected}, received ${status}: ${text.slice(0, SHOWN)}`,
  );
}

/** A part of a JSON answer by its path. Throws with the path where it is missing. */
export function textAt(answer: Answer, url: string, ...path: readonly string[]): string {
  let value: unknown;
  try {
    value = JSON.parse(answer.text);
  } catch {
    throw new Error(`${url}: expected JSON, received: ${answer.text.slice(0, SHOWN)}`);
  }
  for (const key of path) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  }
  if (typeof value !== 'string') {
    throw new Error(`${url}: expected a text at ${path.join('.')}: ${answer.text.slice(0, SHOWN)}`);
  }
  return value;
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `waited ${TIMEOUT / 1000} s`;
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const code: unknown = Reflect.get(cause, 'code');
  return typeof code === 'string' ? `${code} ${cause.message}` : cause.message;
}
