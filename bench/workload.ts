import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request, type Dispatcher } from 'undici';
import type { Send } from './open-loop';

/** Loopback addresses that requests come from, as limits of requests are by address: each has its own budget. */
const ADDRESSES = 120;
const USERS = 240;
/** The share of users who write; who has written sends the position of it with each read, as the page does. */
const WRITERS = 0.2;
const POSTS = 600;
const AT_ONCE = 12;

interface User {
  readonly id: string;
  readonly name: string;
  readonly password: string;
  readonly token: string;
  readonly agent: Agent;
  position?: string;
}
interface Post {
  readonly id: string;
  readonly author: User;
  version: number;
}
interface Answer {
  readonly status: number;
  readonly position?: string;
  readonly body: { readonly token?: string; readonly user?: { readonly id: string }; readonly post?: Post };
}
type Ask = (user: User, post: Post) => Promise<Answer>;

/** What of a hundred requests asks for what. */
const MIX: Readonly<Record<string, number>> = {
  'GET /v1/posts/:id': 62,
  'GET /v1/feed': 10,
  'GET /v1/users/:id/posts': 6,
  'GET /v1/users/:id': 4,
  'GET /p/:id': 4,
  'GET /v1/client-config': 3,
  'POST /v1/posts': 6,
  'PATCH /v1/posts/:id': 2,
  'POST /v1/posts/:id/boosts': 2,
  'POST /v1/sessions': 1,
};

const oneOf = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)]!;

/** Few posts are read often, most are seldom: the n-th most popular with a probability that falls with 1/n. */
const popular = <T>(all: readonly T[]): T => all[Math.floor(all.length ** Math.random()) - 1]!;

/** People who use the service, over TLS, each from one of many loopback addresses. */
export class Workload {
  private readonly users: User[] = [];
  private readonly posts: Post[] = [];
  private readonly agents: readonly Agent[];
  private readonly endpoints = Object.entries(MIX).flatMap(([endpoint, share]) =>
    Array.from({ length: share }, () => endpoint),
  );

  constructor(
    private readonly url: string,
    caFile: string,
  ) {
    const { hostname } = new URL(url);
    if (hostname !== 'localhost' && !hostname.startsWith('127.'))
      throw new Error(`${url}: load is for a service on this machine only`);
    const ca = readFileSync(caFile, 'utf8');
    // 127.0.0.1 itself stays free for who looks on meanwhile.
    this.agents = Array.from(
      { length: ADDRESSES },
      (_, n) => new Agent({ connections: 8, localAddress: `127.99.0.${n + 1}`, connect: { ca, family: 4 } }),
    );
  }

  /** Makes users who follow one another, and posts. */
  async prepare(): Promise<void> {
    const several = async (count: number, make: (n: number) => Promise<unknown>): Promise<void> => {
      for (let n = 0; n < count; n += AT_ONCE)
        await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - n) }, (_, m) => make(n + m)));
    };
    await several(USERS, async (n) => {
      const [name, password, agent] = [
        `b_${randomUUID().slice(0, 16)}`,
        randomUUID(),
        this.agents[n % ADDRESSES]!,
      ];
      const { body } = await this.must(this.call(agent, 'POST', '/v1/users', { body: { name, password } }));
      this.users.push({ id: body.user!.id, name, password, token: body.token!, agent });
    });
    await several(USERS, async (n) => {
      for (const step of [1, 2, 3, 4, 5])
        await this.must(
          this.as(this.users[n]!, 'PUT', `/v1/users/${this.users[(n + step) % USERS]!.id}/follow`),
        );
    });
    await several(POSTS, async (n) => this.must(this.write(this.users[n % USERS]!)));
    // Only those who write while it is measured carry a position.
    for (const user of this.users) user.position = undefined;
  }

  /** The next request of somebody. */
  readonly send: Send = () => {
    const endpoint = oneOf(this.endpoints);
    const succeeded = this.asks[endpoint]!(oneOf(this.users), popular(this.posts)).then(
      // A post that somebody else has changed meanwhile is an answer.
      ({ status }) => status < 400 || status === 409,
    );
    return { endpoint, succeeded };
  };

  async close(): Promise<void> {
    await Promise.all(this.agents.map((agent) => agent.destroy()));
  }

  private readonly asks: Readonly<Record<string, Ask>> = {
    'GET /v1/posts/:id': (user, { id }) => this.as(user, 'GET', `/v1/posts/${id}`),
    'GET /v1/feed': (user) => this.as(user, 'GET', '/v1/feed'),
    'GET /v1/users/:id/posts': (user, { author }) => this.as(user, 'GET', `/v1/users/${author.id}/posts`),
    'GET /v1/users/:id': (user, { author }) => this.as(user, 'GET', `/v1/users/${author.id}`),
    'GET /p/:id': ({ agent }, { id }) => this.call(agent, 'GET', `/p/${id}`),
    'GET /v1/client-config': ({ agent }) =>
      this.call(agent, 'GET', '/v1/client-config?platform=web&version=1.0.0'),
    'POST /v1/posts': () => this.write(this.writer()),
    'PATCH /v1/posts/:id': async () => {
      const writer = this.writer();
      const post = oneOf(this.posts.filter(({ author }) => author === writer));
      const body = { text: `changed ${'x'.repeat(150)}`, version: post.version };
      const answer = await this.as(writer, 'PATCH', `/v1/posts/${post.id}`, body);
      if (answer.body.post) post.version = answer.body.post.version;
      return answer;
    },
    'POST /v1/posts/:id/boosts': (_user, { id }) =>
      this.as(this.writer(), 'POST', `/v1/posts/${id}/boosts`, { amountCents: 500, currency: 'EUR' }),
    'POST /v1/sessions': ({ agent, name, password }) =>
      this.call(agent, 'POST', '/v1/sessions', { body: { name, password } }),
  };

  private writer(): User {
    return this.users[Math.floor(Math.random() * USERS * WRITERS)]!;
  }

  private async write(author: User): Promise<Answer> {
    const answer = await this.as(author, 'POST', '/v1/posts', { text: `written ${'x'.repeat(150)}` });
    // What is new is popular.
    if (answer.body.post) this.posts.unshift({ ...answer.body.post, author });
    return answer;
  }

  private async must(answer: Promise<Answer>): Promise<Answer> {
    const found = await answer;
    if (found.status >= 300) throw new Error(`preparing: ${found.status} ${JSON.stringify(found.body)}`);
    return found;
  }

  /** As somebody who is signed in. */
  private async as(user: User, method: Dispatcher.HttpMethod, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.call(user.agent, method, path, {
      body,
      token: user.token,
      position: user.position,
    });
    if (answer.position !== undefined) user.position = answer.position;
    return answer;
  }

  private async call(
    agent: Agent,
    method: Dispatcher.HttpMethod,
    path: string,
    { body, token, position }: { body?: unknown; token?: string; position?: string } = {},
  ): Promise<Answer> {
    const answer = await request(this.url + path, {
      ...{ dispatcher: agent, method, headersTimeout: 10_000, bodyTimeout: 10_000 },
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(position && { 'x-tiers-position': position }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.body.text();
    const json = String(answer.headers['content-type']).includes('json');
    const { 'x-tiers-position': at } = answer.headers;
    return {
      status: answer.statusCode,
      position: typeof at === 'string' ? at : undefined,
      body: json ? (JSON.parse(text) as Answer['body']) : {},
    };
  }
}
