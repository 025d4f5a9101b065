export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** A client of one API node with one signed-up user. */
export class Visitor {
  private token = '';
  userId = '';

  constructor(readonly url: string) {}

  get authorization(): Record<string, string> {
    return { authorization: `Bearer ${this.token}` };
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return {
      status: answer.status,
      headers: answer.headers,
      body: answer.status === 204 ? {} : ((await answer.json()) as Record<string, unknown>),
    };
  }

  async signUp(name = `u_${Math.random().toString(36).slice(2, 12)}`): Promise<this> {
    const answer = await this.call('POST', '/v1/users', { name, password: 'a long enough password' });
    if (answer.status !== 201)
      throw new Error(`sign-up answered ${answer.status} ${JSON.stringify(answer.body)}`);
    this.token = String(answer.body['token']);
    this.userId = (answer.body['user'] as { id: string }).id;
    return this;
  }

  async post(text: string, headers: Record<string, string> = {}): Promise<{ id: string; position: string }> {
    const answer = await this.call('POST', '/v1/posts', { text }, headers);
    if (answer.status !== 201)
      throw new Error(`post answered ${answer.status} ${JSON.stringify(answer.body)}`);
    return {
      id: (answer.body['post'] as { id: string }).id,
      position: answer.headers.get('x-tiers-position') ?? '',
    };
  }

  read(id: string, position?: string): Promise<Reply> {
    return this.call('GET', `/v1/posts/${id}`, undefined, position ? { 'x-tiers-position': position } : {});
  }
}
