import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { evenShare, shardOfName } from '../../service/sharding/placement';
import { waitFor } from '../support/wait';
import { History } from './history';

/** Longer than any answer may take: what is cut off here is a violation. */
const PATIENCE_MS = 30_000;
const READERS = 6;
/** Whose names put three on each of two shards. */
const PEOPLE = 6;
/** Readers ask for what is new, and so for what changes. */
const RECENT = 30;

interface Post {
  readonly id: string;
  readonly label: string;
  version: number;
}
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly shard: number;
  readonly token: string;
  readonly posts: Post[];
  readonly follows: Person[];
}
interface Reply {
  readonly status: number;
  readonly position: string;
  readonly from: number;
  readonly to: number;
  readonly body: {
    readonly post?: { readonly id: string; readonly version: number; readonly text: string };
    readonly posts?: readonly { readonly id: string; readonly version: number; readonly text: string }[];
    readonly boost?: { readonly id: string };
    readonly next?: string | null;
    readonly error?: { readonly code: string };
    readonly user?: { readonly id: string };
    readonly token?: string;
  };
}
interface Request {
  readonly token?: string;
  readonly body?: unknown;
  readonly key?: string;
  readonly position?: string;
}

/**
 * Writers and readers of a service, each doing one thing after the other at whichever node. A writer repeats what was not acknowledged,
 * under the same key, until it is; a reader that has seen a version sends its position with every later read of the same.
 */
export class Load {
  readonly history = new History();
  readonly people: Person[] = [];
  /** Acknowledged writes, and answers 503 to writes, by shard of the writer. */
  readonly acknowledged = [0, 0];
  readonly refused = [0, 0];
  private reads = 0;
  /** Positions of the versions of each post, from the first on, as far as they are acknowledged. */
  private readonly positions = new Map<string, string[]>();
  private running: Promise<unknown> = Promise.resolve();
  private ending = false;
  private abandoned = false;

  constructor(private readonly urls: readonly string[]) {}

  /** Signs people up who follow one another, and sets everybody to work. */
  async start(): Promise<void> {
    for (let n = 0; n < PEOPLE; n += 1) this.people.push(await this.signUp(n % 2));
    for (const [n, person] of this.people.entries()) {
      for (const other of [1, 2].map((step) => this.people[(n + step) % PEOPLE]!)) {
        await this.insist(person, 'PUT', `/v1/users/${other.id}/follow`, {});
        person.follows.push(other);
      }
    }
  }

  /** Begins; separate from `start`, as followers are to be known to all before the first post. */
  run(): void {
    this.running = Promise.all([
      ...this.people.map((person) => this.write(person)),
      ...Array.from({ length: READERS }, (_, n) => this.read(`reader-${n}`)),
    ]);
    // It is waited for in the end; until then a failure is no unhandled one.
    this.running.catch(() => undefined);
  }

  /** Waits until so many more writes were acknowledged to each writer's shard named, and twice as many reads answered. */
  async goesOn(writes: number, shards: readonly number[] = [0, 1]): Promise<void> {
    const [before, reads] = [[...this.acknowledged], this.reads];
    const end = Promise.race([this.running, new Promise(() => undefined)]);
    await Promise.race([
      end,
      waitFor(
        `${writes} more writes to shards ${shards.join(' and ')}`,
        () =>
          shards.every((shard) => this.acknowledged[shard]! - before[shard]! >= writes) &&
          this.reads - reads >= 2 * writes,
        90_000,
      ),
    ]);
  }

  /** Resolves when everything begun has been acknowledged. */
  async stop(): Promise<void> {
    this.ending = true;
    await this.running;
  }

  /** Ends at once what has not ended. */
  async abandon(): Promise<void> {
    this.ending = this.abandoned = true;
    await this.running.catch(() => undefined);
  }

  /** Every post in somebody's feed, as often as it is there. */
  async feedOf(person: Person): Promise<string[]> {
    const found: string[] = [];
    for (let before = ''; ;) {
      const { body } = await this.insist(person, 'GET', `/v1/feed?limit=100${before}`, {});
      found.push(...body.posts!.map(({ id }) => id));
      if (typeof body.next !== 'string') return found;
      before = `&before=${encodeURIComponent(body.next)}`;
    }
  }

  private async signUp(shard: number): Promise<Person> {
    let name = '';
    while (name === '' || evenShare(shardOfName(name), 2) !== shard) name = `f_${randomUUID().slice(0, 12)}`;
    const body = { name, password: randomUUID() };
    const reply = await this.call(name, 'POST', '/v1/users', { body });
    if (reply.status !== 201)
      throw new Error(`sign-up answered ${reply.status} ${JSON.stringify(reply.body)}`);
    return { id: reply.body.user!.id, name, shard, token: reply.body.token!, posts: [], follows: [] };
  }

  private async write(person: Person): Promise<void> {
    for (let n = 0; !this.ending; n += 1) {
      const post = person.posts[Math.floor(Math.random() * person.posts.length)];
      if (post === undefined || n % 3 === 0) await this.create(person, n);
      else if (n % 3 === 1) await this.change(person, post);
      else await this.boost(person, post, 100 + n);
      this.acknowledged[person.shard]! += 1;
      await sleep(10);
    }
  }

  private async create(person: Person, n: number): Promise<void> {
    const label = `${person.name}-${n}`;
    const text = `${label} v1`;
    const reply = await this.insist(person, 'POST', '/v1/posts', { body: { text } });
    const post = { id: reply.body.post!.id, label, version: 1 };
    person.posts.push(post);
    this.history.promised.push(`row ${label}`, `event post.created ${post.id}`);
    const followers = this.people.filter(({ follows }) => follows.includes(person));
    for (const { name } of [person, ...followers])
      this.history.promised.push(`in feed of ${name}: ${post.id}`);
    await this.wrote(person, post, reply);
    await this.readList(person, post.id, reply.position);
  }

  private async change(person: Person, post: Post): Promise<void> {
    const { id, label, version } = post;
    const body = { text: `${label} v${version + 1}`, version };
    const reply = await this.insist(person, 'PATCH', `/v1/posts/${id}`, { body });
    post.version += 1;
    this.history.promised.push(`event post.changed ${id} ${post.version}`);
    await this.wrote(person, post, reply);
  }

  private async boost(person: Person, { id }: Post, amountCents: number): Promise<void> {
    const body = { amountCents, currency: 'EUR' };
    const reply = await this.insist(person, 'POST', `/v1/posts/${id}/boosts`, { body });
    this.history.promised.push(
      `boost ${person.id} ${amountCents}`,
      `event boost.paid ${reply.body.boost!.id}`,
    );
  }

  /** Notes what was acknowledged, and reads it at any node. */
  private async wrote(person: Person, post: Post, { from, to, position, body }: Reply): Promise<void> {
    const { id, version, label } = post;
    const key = id;
    if (body.post?.version !== version) throw new Error(`${id} is at ${body.post?.version}, not ${version}`);
    this.history.writes.push({
      ...{ client: person.name, key, version, value: `${label} v${version}`, from, to },
    });
    this.positions.set(id, [...(this.positions.get(id) ?? []), position]);
    await this.readPost(person.name, id, version, position);
  }

  private async read(client: string): Promise<void> {
    const seen = new Map<string, number>();
    while (!this.ending) {
      const recent = [...this.positions].slice(-RECENT);
      const [id, positions] = recent[Math.floor(Math.random() * recent.length)] ?? [];
      const carried = seen.get(id ?? '') ?? 0;
      // What was seen before it was acknowledged has no position yet.
      if (id !== undefined && positions !== undefined && carried <= positions.length) {
        const version = await this.readPost(client, id, carried, positions[carried - 1]);
        if (version !== undefined) {
          seen.set(id, Math.max(version, carried));
          this.reads += 1;
        }
      }
      await sleep(10);
    }
  }

  /** @returns the version seen, 0 for none, undefined when the service did not say */
  private async readPost(client: string, id: string, carried: number, position?: string) {
    const { status, body, from, to } = await this.call(client, 'GET', `/v1/posts/${id}`, { position });
    if (status !== 200 && status !== 404) return undefined;
    const { version = 0, text: value = '' } = body.post ?? {};
    this.history.reads.push({ client, key: id, version, value, carried, from, to });
    return version;
  }

  /** The author's own list has what was just written, and nothing older than what the author has seen. */
  private async readList(person: Person, written: string, position: string): Promise<void> {
    const path = `/v1/users/${person.id}/posts?limit=20`;
    const { status, body, from, to } = await this.call(person.name, 'GET', path, { position });
    if (status !== 200) return;
    const listed = new Map((body.posts ?? []).map((post) => [post.id, post]));
    for (const key of new Set([written, ...listed.keys()])) {
      const { version = 0, text: value = '' } = listed.get(key) ?? {};
      const carried = key === written ? 1 : 0;
      this.history.reads.push({ client: person.name, key, version, value, carried, from, to });
    }
  }

  /** Asks under one key until the answer is yes. */
  private async insist(person: Person, method: string, path: string, request: Request): Promise<Reply> {
    const key = randomUUID();
    const from = performance.now();
    let givenUp = Infinity;
    for (;;) {
      const reply = await this.call(person.name, method, path, { ...request, key, token: person.token });
      if (reply.status === 200 || reply.status === 201) return { ...reply, from };
      if (reply.status === 503) this.refused[person.shard]! += 1;
      else if (reply.body.error?.code !== 'request_in_progress' && reply.status !== 0)
        throw new Error(`${method} ${path} answered ${reply.status} ${JSON.stringify(reply.body)}`);
      // Once all is well again, what was begun has this long.
      if (this.ending) givenUp = Math.min(givenUp, performance.now() + 60_000);
      if (this.abandoned || performance.now() > givenUp)
        throw new Error(`${method} ${path} was never acknowledged`);
      await sleep(50 + 100 * Math.random());
    }
  }

  private async call(
    client: string,
    method: string,
    path: string,
    { token, body, key, position }: Request,
  ): Promise<Reply> {
    const url = this.urls[Math.floor(Math.random() * this.urls.length)]! + path;
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(position === undefined ? {} : { 'x-tiers-position': position }),
    };
    const from = performance.now();
    const settle = (status: number, at: string, found: Reply['body']): Reply => {
      const to = performance.now();
      this.history.answers.push({ client, request: `${method} ${path}`, status, from, to });
      return { status, position: at, body: found, from, to };
    };
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const answer = await fetch(url, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal,
      });
      const found = (await answer.json()) as Reply['body'];
      return settle(answer.status, answer.headers.get('x-tiers-position') ?? '', found);
    } catch (error) {
      return settle(0, '', { error: { code: String(error) } });
    }
  }
}
