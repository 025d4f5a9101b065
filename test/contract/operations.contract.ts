import type { Dispatcher } from 'undici';
import { closeClient, get, newKey, post, send, signUp, type Failure, type Post } from './client';

/** What holds for every operation alike, whatever it does. */
interface Operation {
  readonly responses: Record<string, unknown>;
  readonly requestBody?: unknown;
  readonly security?: unknown;
}
type Document = Readonly<Record<string, Readonly<Record<string, Operation>>>>;
type Kind = 'user' | 'post' | 'picture';
type Known = readonly [Dispatcher.HttpMethod, string];

const OPEN: readonly Known[] = [
  ['GET', '/.well-known/jwks.json'],
  ['GET', '/healthz'],
  ['GET', '/media/{file}'],
  ['GET', '/p/{id}'],
  ['GET', '/readyz'],
  ['GET', '/v1/client-config'],
  ['GET', '/v1/pictures/{id}'],
  ['GET', '/v1/posts'],
  ['GET', '/v1/posts/{id}'],
  ['GET', '/v1/statistics/daily'],
  ['GET', '/v1/users/{id}'],
  ['GET', '/v1/users/{id}/followers'],
  ['GET', '/v1/users/{id}/following'],
  ['GET', '/v1/users/{id}/posts'],
  ['POST', '/v1/sessions'],
  ['POST', '/v1/sessions/refresh'],
  ['POST', '/v1/users'],
];
const PROTECTED: readonly Known[] = [
  ['DELETE', '/v1/posts/{id}'],
  ['DELETE', '/v1/sessions'],
  ['DELETE', '/v1/users/{id}/follow'],
  ['GET', '/v1/feed'],
  ['PATCH', '/v1/posts/{id}'],
  ['POST', '/v1/pictures'],
  ['POST', '/v1/pictures/{id}/complete'],
  ['POST', '/v1/posts'],
  ['POST', '/v1/posts/{id}/boosts'],
  ['POST', '/v1/users/me/revoke'],
  ['PUT', '/v1/users/{id}/follow'],
];
const WITH_BODY: readonly Known[] = [
  ['PATCH', '/v1/posts/{id}'],
  ['POST', '/v1/pictures'],
  ['POST', '/v1/posts'],
  ['POST', '/v1/posts/{id}/boosts'],
  ['POST', '/v1/sessions'],
  ['POST', '/v1/sessions/refresh'],
  ['POST', '/v1/users'],
];
const ALL = [...OPEN, ...PROTECTED];
const WITH_ID = ALL.filter(([, path]) => path.includes('{id}') && path !== '/p/{id}');
const TYPES = { user: 1n, post: 2n, picture: 3n };

let document: Document;
let token: string;
const ids: Record<Kind, string> = { user: '', post: '', picture: '' };

const kindOf = (path: string): Kind =>
  path.startsWith('/v1/users') ? 'user' : path.startsWith('/v1/pictures') ? 'picture' : 'post';
const at = (path: string, id = ids[kindOf(path)]): string =>
  path.replace('{id}', id).replace('{file}', `${ids.picture}.webp`);
const signed = (): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  'idempotency-key': newKey(),
});
const json = { 'content-type': 'application/json' };
/** Bodies that are taken, where the test is about something else. */
const BODIES: Readonly<Record<string, object>> = {
  'PATCH /v1/posts/{id}': { text: 'x', version: 1 },
  'POST /v1/posts/{id}/boosts': { amountCents: 500, currency: 'EUR' },
};

function ask(known: Known, headers: Record<string, string>, id?: string) {
  const body = BODIES[known.join(' ')];
  const options = body === undefined ? headers : { ...json, ...headers };
  return send<Failure>(
    known[0],
    at(known[1], id),
    body === undefined ? undefined : JSON.stringify(body),
    options,
  );
}

beforeAll(async () => {
  const session = await signUp();
  ({ token } = session);
  ids.user = (await signUp()).user.id;
  const written = await post<{ post: Post }>('/v1/posts', { text: 'for all operations' }, { token });
  ids.post = written.body.post.id;
  const body = { contentType: 'image/png', bytes: 10 };
  ids.picture = (await post<{ picture: { id: string } }>('/v1/pictures', body, { token })).body.picture.id;
  document = (await get<{ paths: Document }>('/openapi.json')).body.paths;
});
afterAll(closeClient);

test('the operations below are all that there are, and are protected or take a body as the document says', () => {
  const documented = Object.entries(document).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { security, requestBody }]) => ({
      name: `${method.toUpperCase()} ${path}`,
      secured: security !== undefined,
      body: requestBody !== undefined,
    })),
  );
  const names = (list: readonly Known[]): string[] => list.map((known) => known.join(' ')).sort();
  const those = (which: (one: (typeof documented)[number]) => boolean): string[] =>
    documented
      .filter(which)
      .map(({ name }) => name)
      .sort();
  expect(those(({ secured }) => !secured)).toEqual(names(OPEN));
  expect(those(({ secured }) => secured)).toEqual(names(PROTECTED));
  expect(those(({ body }) => body)).toEqual(names(WITH_BODY));
});

test.each(PROTECTED)('%s %s is for who is logged in', async (...known) => {
  const tries: Record<string, string>[] = [
    {},
    { authorization: 'Bearer nonsense' },
    { authorization: `Basic ${token}` },
  ];
  for (const headers of tries) {
    const answer = await ask(known, headers);
    expect([answer.status, answer.body.error.code]).toEqual([401, 'unauthenticated']);
    expect(answer.headers['cache-control']).toBe('no-store');
  }
});

test.each(WITH_BODY)('%s %s takes JSON, of a bounded size', async (...known) => {
  const [method, path] = known;
  const tries: readonly [string, Record<string, string>, number, string][] = [
    ['text=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
    [JSON.stringify({ text: 'x'.repeat(70_000) }), json, 413, 'body_too_large'],
    ['{"text":', json, 400, 'invalid_request'],
    ['', json, 400, 'invalid_request'],
    ['[]', json, 400, 'invalid_request'],
    ['null', json, 400, 'invalid_request'],
    ['{"text":"x","__proto__":{"version":1}}', json, 400, 'invalid_request'],
  ];
  const answers = document[path]?.[method.toLowerCase()]?.responses ?? {};
  for (const [body, type, status, code] of tries) {
    const answer = await send<Failure>(method, at(path), body, { ...signed(), ...type });
    expect([body.slice(0, 50), answer.status, answer.body.error.code]).toEqual([
      body.slice(0, 50),
      status,
      code,
    ]);
    expect(Object.keys(answers)).toContain(String(status));
  }
});

test.each(WITH_ID)('%s %s refuses what is no id, and says where', async (...known) => {
  for (const id of ['abc', '-1', '01', '1.0', '4611686018427387904', '9'.repeat(20)]) {
    const answer = await ask(known, signed(), id);
    expect([id, answer.status]).toEqual([id, 400]);
    expect(answer.body.error.details?.map((detail) => detail.path)).toContain('params.id');
  }
});

test.each(WITH_ID.filter(([method, path]) => `${method} ${path}` !== 'DELETE /v1/users/{id}/follow'))(
  '%s %s finds nothing under an id of another type',
  async (...known) => {
    const kind = kindOf(known[1]);
    const type = kind === 'user' ? TYPES.post : TYPES.user;
    const id = String((BigInt(ids[kind]) & ~(0x3ffn << 36n)) | (type << 36n));
    const answer = await ask(known, signed(), id);
    expect([answer.status, answer.body.error.code]).toEqual([404, `${kind}_not_found`]);
  },
);

test.each(ALL.filter(([method]) => method === 'GET'))(
  '%s %s answers HEAD with the same status, and nothing else',
  async (...known) => {
    const [, path] = known;
    const query = path === '/v1/posts' ? `?authors=${ids.user}` : '';
    const headers = signed();
    const [whole, head] = await Promise.all(
      (['GET', 'HEAD'] as const).map((method) => send(method, at(path) + query, undefined, headers)),
    );
    expect([head!.status, head!.bytes.length]).toEqual([whole!.status, 0]);
    expect(head!.headers['content-type']).toBe(whole!.headers['content-type']);
    expect(whole!.status).toBe(path === '/media/{file}' ? 404 : 200);
    // Nobody takes an answer for something that its type does not say.
    expect(whole!.headers['x-content-type-options']).toBe('nosniff');
  },
);
