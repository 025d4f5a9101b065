import type { Logger } from 'pino';
import type { Cache } from '../cache/cache';
import type { ApiConfig } from '../config';
import { ServiceError, unavailable } from '../http/errors';
import type { SigningKeys } from '../http/signing-keys';
import { digestOf, firstToken, parseToken, successorOf, type RefreshToken } from './refresh-token';
import type { SessionStore, StoredSession } from './store';

const DAY_MS = 86_400_000;
/** A session ends when it was not refreshed for so long. */
const IDLE_MS = 30 * DAY_MS;
/** And after this time in any case. */
export const SESSION_LIFETIME_MS = 180 * DAY_MS;
/** A client whose answer got lost may ask again with the token before for so long. */
const GRACE_MS = 60_000;

/** What an access token says of its session. */
export interface SessionClaims {
  readonly sub: string;
  readonly sid: string;
  /** When the user logged in, in seconds since 1970 with milliseconds (OpenID Connect Core 1.0, section 2). */
  readonly auth_time: number;
}
export interface OpenSession {
  readonly claims: SessionClaims;
  /** None when the store is away: such a session ends with its access token. */
  readonly refreshToken?: string;
}

export const ended = (): ServiceError =>
  new ServiceError(401, 'session_ended', 'This session has ended. Log in again.');

const claimsOf = ({ userId, sessionId, createdAt }: StoredSession): SessionClaims => ({
  sub: userId,
  sid: sessionId,
  auth_time: createdAt / 1000,
});

/** Sessions of users: opened by a log-in, kept up by refresh tokens that change with each use, ended by their user or by a theft. */
export class Sessions {
  constructor(
    private readonly store: SessionStore,
    private readonly cache: Pick<Cache, 'command'>,
    private readonly keys: Pick<SigningKeys, 'macs'>,
    private readonly config: Pick<ApiConfig, 'ACCESS_LIFETIME_SECONDS'>,
    private readonly log: Logger,
  ) {}

  async open(userId: string): Promise<OpenSession> {
    const token = firstToken(userId);
    const now = Date.now();
    const session = this.state(token, now, now);
    try {
      await this.store.insert(session);
      return { claims: claimsOf(session), refreshToken: token.text };
    } catch (error) {
      this.log.warn({ err: error }, 'session not kept, it ends with its access token');
      return { claims: claimsOf(session) };
    }
  }

  /** @throws ServiceError 401 when the session has ended or must end, 503 while the store is away */
  async refresh(text: string): Promise<OpenSession> {
    const token = parseToken(text);
    if (token === undefined) throw ended();
    const session = await this.ask(() => this.store.find(token.userId, token.sessionId));
    // A token that is ahead of the store is one that a region lost with its writer: no theft, but unknown here.
    if (session === undefined || token.generation > session.generation) throw ended();
    if (token.generation < session.generation) return this.repeat(token, session);
    if (digestOf(token) !== session.digest) throw ended();
    const [next] = this.successors(token);
    const advanced = this.state(next!, session.createdAt, Date.now());
    if (await this.ask(() => this.store.advance(advanced))) {
      return { claims: claimsOf(session), refreshToken: next!.text };
    }
    // Another request with the same token was faster.
    const winner = await this.ask(() => this.store.find(token.userId, token.sessionId));
    if (winner === undefined) throw ended();
    return this.repeat(token, winner);
  }

  /** Ends one session: its refresh token at once, its access tokens within the time that a look into the cache takes. */
  async end({ sub, sid }: SessionClaims): Promise<void> {
    await this.ask(() => this.store.remove(sub, sid));
    await this.refuse(`session-ended:1:${sid}`, Date.now());
  }

  async endAll(userId: string): Promise<void> {
    const now = Date.now();
    await this.ask(() => this.store.removeAll(userId, now));
    await this.refuse(`sessions-ended:1:${userId}`, now);
  }

  /** Whether an access token is still good. Known from the cache alone: without it, a token is good until it expires. */
  async isOpen({ sub, sid, auth_time: began }: SessionClaims): Promise<boolean> {
    const keys = [`session-ended:1:${sid}`, `sessions-ended:1:${sub}`];
    const found = await this.cache.command('reader', 'MGET', ...keys);
    if (!Array.isArray(found)) return true;
    const [session, all] = found as (string | null)[];
    return session === null && Math.round(began * 1000) > Number(all ?? 0);
  }

  close(): void {
    this.store.close();
  }

  /** An old token: from a client that never saw its successor, or from somebody who should not have it. */
  private async repeat(token: RefreshToken, session: StoredSession): Promise<OpenSession> {
    const successor = this.successors(token).find((one) => digestOf(one) === session.digest);
    if (successor !== undefined && Date.now() - session.rotatedAt <= GRACE_MS) {
      return { claims: claimsOf(session), refreshToken: successor.text };
    }
    await this.end(claimsOf(session));
    this.log.warn({ userId: session.userId }, 'refresh token used again, session ended');
    throw ended();
  }

  /** The first is given out; the others were, before the signing secret was rotated. */
  private successors(token: RefreshToken): RefreshToken[] {
    return this.keys.macs(`refresh ${token.text}`).map((code) => successorOf(token, code));
  }

  private state(token: RefreshToken, createdAt: number, now: number): StoredSession {
    const { userId, sessionId, generation } = token;
    const expiresAt = Math.min(now + IDLE_MS, createdAt + SESSION_LIFETIME_MS);
    return { userId, sessionId, generation, digest: digestOf(token), createdAt, rotatedAt: now, expiresAt };
  }

  private async refuse(key: string, since: number): Promise<void> {
    await this.cache.command('primary', 'SET', key, since, 'EX', this.config.ACCESS_LIFETIME_SECONDS + 60);
  }

  private ask<T>(run: () => Promise<T>): Promise<T> {
    return run().catch((error: unknown) => {
      throw unavailable('session_store', error);
    });
  }
}
