import { createHash, randomBytes } from 'node:crypto';
import { isIdOf } from '../ids/layout';

const FAMILY_BYTES = 16;
const SECRET_BYTES = 32;
const FORM = /^(\d{1,19})\.(\d{1,9})\.([\w-]{64})$/;

/** `<user>.<generation>.<family and secret>`; to clients it is opaque. All tokens of a session have one family. */
export interface RefreshToken {
  readonly text: string;
  readonly userId: string;
  /** How many were before it in its session. */
  readonly generation: number;
  /** Names the session in the store and in access tokens; the family behind it can't be told from it. */
  readonly sessionId: string;
}

const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('base64url');

/** All that a store keeps of a token. */
export const digestOf = ({ text }: RefreshToken): string => sha256(text);

function make(userId: string, generation: number, family: Buffer, secret: Buffer): RefreshToken {
  const body = Buffer.concat([family, secret]).toString('base64url');
  return {
    text: `${userId}.${generation}.${body}`,
    userId,
    generation,
    sessionId: sha256(family).slice(0, 22),
  };
}

/** The first token of a new session. */
export const firstToken = (userId: string): RefreshToken =>
  make(userId, 0, randomBytes(FAMILY_BYTES), randomBytes(SECRET_BYTES));

/** Undefined for what can't be a token. */
export function parseToken(text: string): RefreshToken | undefined {
  const [, userId, generation, body] = FORM.exec(text) ?? [];
  if (userId === undefined || generation === undefined || body === undefined) return undefined;
  if (!isIdOf('user', userId)) return undefined;
  const bytes = Buffer.from(body, 'base64url');
  return make(userId, Number(generation), bytes.subarray(0, FAMILY_BYTES), bytes.subarray(FAMILY_BYTES));
}

/**
 * The token that follows another one, out of a code of it that only the service can make. Asked twice, the answer is the same: a
 * client that never saw the first answer can ask again, and yet no token is ever stored.
 */
export function successorOf(token: RefreshToken, code: Buffer): RefreshToken {
  const family = Buffer.from(token.text.split('.')[2]!, 'base64url').subarray(0, FAMILY_BYTES);
  return make(token.userId, token.generation + 1, family, code);
}
