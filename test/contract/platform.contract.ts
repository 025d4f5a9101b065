import { closeClient, get, send, type Failure } from './client';

afterAll(closeClient);

interface ClientConfig {
  readonly apiBaseUrl: string;
  readonly features: Record<string, boolean>;
  readonly updateRequired: boolean;
}

describe('health', () => {
  test('the shallow check is 200', async () => {
    const answer = await get('/healthz');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: 'ok' });
  });

  test('the readiness report names the parts', async () => {
    const answer = await get<{ status: string; parts: Record<string, { ok: boolean; required: boolean }> }>(
      '/readyz',
    );
    expect(answer.status).toBe(200);
    expect(['ready', 'degraded']).toContain(answer.body.status);
    // One, or one of each shard.
    const writers = Object.entries(answer.body.parts).filter(([name]) => name.endsWith('Writer'));
    expect(writers.map(([, { ok }]) => ok)).toEqual(writers.map(() => true));
    expect(writers.length).toBeGreaterThan(0);
    expect(Object.keys(answer.body.parts)).toEqual(expect.arrayContaining(['bucket', 'clientConfig']));
  });
});

describe('client configuration', () => {
  test('names the API and the switches', async () => {
    const answer = await get<ClientConfig>('/v1/client-config?platform=web&version=1.0.0');
    expect(answer.status).toBe(200);
    expect(new URL(answer.body.apiBaseUrl).protocol).toMatch(/^https?:$/);
    expect(answer.body.features).toMatchObject({
      signUp: expect.any(Boolean),
      posts: expect.any(Boolean),
      pictures: expect.any(Boolean),
    });
    expect(answer.body.updateRequired).toBe(false);
  });

  test.each(['platform=WEB!', 'version=one'])('asked for with %s is refused', async (query) => {
    const answer = await get<Failure>(`/v1/client-config?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body.error.code).toBe('invalid_request');
  });
});

interface Operation {
  readonly responses: Record<string, unknown>;
  readonly parameters?: { readonly name: string; readonly in: string; readonly schema: unknown }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: { readonly type: string } }> };
  readonly security?: unknown[];
}
interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Record<string, Record<string, Operation>>;
}

describe('the OpenAPI document', () => {
  test('is complete: every route, its answers, its parameters', async () => {
    const answer = await get<OpenApi>('/openapi.json');
    expect(answer.status).toBe(200);
    const document = answer.body;
    expect(document.openapi).toMatch(/^3\.\d+\.\d+$/);
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes).toEqual(
      expect.arrayContaining([
        'POST /v1/users',
        'POST /v1/sessions',
        'POST /v1/sessions/refresh',
        'DELETE /v1/sessions',
        'POST /v1/users/me/revoke',
        'POST /v1/posts',
        'GET /v1/posts/{id}',
        'GET /v1/users/{id}/posts',
        'POST /v1/pictures',
        'POST /v1/pictures/{id}/complete',
        'GET /v1/pictures/{id}',
        'GET /v1/client-config',
        'GET /.well-known/jwks.json',
        'GET /healthz',
        'GET /readyz',
      ]),
    );
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const where = `${method} ${path}`;
        expect([where, Object.keys(operation.responses).length]).not.toEqual([where, 0]);
        const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
        const described = (operation.parameters ?? [])
          .filter((one) => one.in === 'path')
          .map((one) => one.name);
        expect([where, described]).toEqual([where, named]);
        for (const parameter of operation.parameters ?? []) expect(parameter.schema).toBeDefined();
        const body = operation.requestBody?.content['application/json'];
        if (operation.requestBody) expect([where, body?.schema.type]).toEqual([where, 'object']);
      }
    }
  });

  test('refers to nothing that it does not hold', async () => {
    const answer = await get('/openapi.json');
    const text = answer.bytes.toString();
    const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1] ?? '');
    for (const reference of references) {
      const target = reference
        .split('/')
        .reduce<unknown>((node, part) => (node as Record<string, unknown> | undefined)?.[part], answer.body);
      expect([reference, target]).not.toEqual([reference, undefined]);
    }
    expect(text).toContain('"bearer"');
  });
});

describe('every answer', () => {
  test('carries the request id it was given', async () => {
    const answer = await get('/healthz', { headers: { 'x-request-id': 'contract-test-1' } });
    expect(answer.headers['x-request-id']).toBe('contract-test-1');
  });

  test('carries an id of its own when none was given, or a harmful one', async () => {
    const first = await get('/healthz');
    const second = await get('/healthz', { headers: { 'x-request-id': 'has "quotes" and spaces' } });
    expect(first.headers['x-request-id']).toMatch(/^\S{8,}$/);
    expect(second.headers['x-request-id']).toMatch(/^\S{8,}$/);
    expect(second.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
  });

  test('to an unknown route has the shape of every error', async () => {
    const answer = await get<Failure>('/v1/nothing-here', { headers: { 'x-request-id': 'contract-test-2' } });
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({
      error: {
        code: 'not_found',
        message: expect.stringContaining('/v1/nothing-here'),
        requestId: 'contract-test-2',
      },
    });
  });

  test('to a method that a route does not have is an error of the same shape', async () => {
    const answer = await send<Failure>('DELETE', '/v1/client-config');
    expect(answer.status).toBe(404);
    expect(answer.body.error).toMatchObject({ code: 'not_found', requestId: expect.any(String) });
  });
});
