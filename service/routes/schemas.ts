import { z } from 'zod';
import { isId, isIdOf, type RowType } from '../ids/layout';
import {
  BOOST_CENTS,
  BOOST_CURRENCIES,
  PAGE_LIMIT,
  PICTURE_BYTES_LIMIT,
  PICTURE_TYPES,
  POST_CHARACTERS_LIMIT,
  VIDEO_BYTES_LIMIT,
  VIDEO_TYPES,
} from '../limits';
import { isPosition } from '../sharding/position';

const AN_ID = 'must be an id: up to 19 decimal digits, as an answer gave it';
/** As decimal text, since JSON readers lose digits of numbers above 2^53. */
export const id = z
  .string()
  .regex(/^\d{1,19}$/, AN_ID)
  .refine(isId, AN_ID);

const position = z
  .string()
  .refine(isPosition, 'must be the value of an earlier answer, or several separated by commas');

export const readHeaders = z.object({
  'x-tiers-position': position.optional().describe('Position of your last write; the answer is not older'),
});
const idempotencyKey = z
  .string('must be set: it keeps a repeated request from paying twice')
  .regex(/^[\x21-\x7e]{8,128}$/, 'must be 8 to 128 visible ASCII characters')
  .describe('Repeat a request with the same key and it takes effect once');
export const writeHeaders = z.object({ 'idempotency-key': idempotencyKey.optional() });
/** Where money moves, a key is no choice. */
export const payHeaders = z.object({ 'idempotency-key': idempotencyKey });

export const credentials = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_-]{3,32}$/, 'must be 3 to 32 letters, digits, _ or -'),
  password: z
    .string()
    .min(10, 'must have at least 10 characters')
    .max(128, 'must have at most 128 characters'),
});
export const newPost = z.strictObject({
  text: z
    .string()
    .min(1)
    .max(POST_CHARACTERS_LIMIT)
    .regex(/\S/, 'must not be blank')
    // PostgreSQL's text holds every character but this one.
    .refine((value) => !value.includes('\u0000'), 'must not contain the character U+0000'),
});
export const newBoost = z.strictObject({
  amountCents: z.int().min(BOOST_CENTS.least).max(BOOST_CENTS.most).describe('Hundredths of the currency'),
  currency: z.enum(BOOST_CURRENCIES),
});
/** The largest integer of PostgreSQL. */
const VERSION_LIMIT = 2_147_483_647;
/** The version is that of the post as its author saw it: whoever comes second is told so. */
export const changedPost = newPost.extend({ version: z.int().min(1).max(VERSION_LIMIT) });
export const newPicture = z
  .discriminatedUnion('contentType', [
    z.strictObject({ contentType: z.enum(PICTURE_TYPES), bytes: z.int().min(1).max(PICTURE_BYTES_LIMIT) }),
    z.strictObject({ contentType: z.enum(VIDEO_TYPES), bytes: z.int().min(1).max(VIDEO_BYTES_LIMIT) }),
  ])
  .meta({ type: 'object' });
export const pageLimit = z.coerce.number().int().min(1).max(PAGE_LIMIT).default(20);
/** A page of rows in the order of their ids. */
export const pageOf = (type: RowType) =>
  z.object({
    limit: pageLimit,
    before: id
      .refine((value) => isIdOf(type, value), `must be the id of a ${type}`)
      .optional()
      .describe('The value of `next` of the page before'),
  });
export const page = pageOf('post');
export const idParams = z.object({ id });

export const user = z.object({ id, name: z.string() });
export const tokens = z.object({
  token: z.string().describe('Send it as "Authorization: Bearer <token>"'),
  expiresInSeconds: z.number().describe('How long the token is accepted'),
  refreshToken: z
    .string()
    .optional()
    .describe('Good for one new pair of tokens; missing while sessions can not be kept'),
});
export const session = z.object({ user, ...tokens.shape });
export const refreshBody = z.strictObject({ refreshToken: z.string().min(1).max(200) });
export const post = z.object({ id, authorId: id, text: z.string(), version: z.int(), createdAt: z.string() });
export const boost = z.object({ id, postId: id, amountCents: z.number(), currency: z.string() });
export const picture = z.object({
  id,
  status: z.enum(['pending', 'processing', 'ready', 'failed']),
  thumbnailUrl: z.string(),
  video: z
    .object({
      url: z.string(),
      transcoded: z.boolean().describe('False: as it was uploaded, which not every browser plays'),
    })
    .optional(),
});
export const upload = z.object({
  method: z.literal('PUT'),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
});
export const failure = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    requestId: z.string(),
    details: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
});

/** The error answers of a route, for its OpenAPI entry. */
export const failures = (...statuses: readonly number[]): Record<number, typeof failure> =>
  Object.fromEntries([400, 429, 503, ...statuses].map((status) => [status, failure]));

/** The same of a route that takes a body. */
export const bodyFailures = (...statuses: readonly number[]): Record<number, typeof failure> =>
  failures(413, 415, ...statuses);

export const bearer: { bearer: string[] }[] = [{ bearer: [] }];

/** Body of an answer 204. */
export const nothing = z.null().describe('Done');
