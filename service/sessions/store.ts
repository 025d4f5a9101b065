/** A session as it is kept: nothing in it opens anything. */
export interface StoredSession {
  readonly userId: string;
  readonly sessionId: string;
  /** Of the token that is good now. */
  readonly generation: number;
  readonly digest: string;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  readonly rotatedAt: number;
  readonly expiresAt: number;
}

/** Where sessions are kept; every method throws the store's error when it is away. */
export interface SessionStore {
  insert(session: StoredSession): Promise<void>;
  /** The newest state; undefined for one that ended, expired, or began before its user's were all ended. */
  find(userId: string, sessionId: string): Promise<StoredSession | undefined>;
  /** Puts the session one generation on. @returns false when another request did, or the session ended */
  advance(session: StoredSession): Promise<boolean>;
  remove(userId: string, sessionId: string): Promise<void>;
  /** Ends every session of the user that began until then. */
  removeAll(userId: string, until: number): Promise<void>;
  close(): void;
}
