import { Sha256 } from '@aws-crypto/sha256-js';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';

/** A token is accepted for 15 minutes after it was signed ("Authenticating with IAM", Amazon ElastiCache). */
const TOKEN_SECONDS = 900;

export interface CacheIdentity {
  readonly region: string;
  /** Replication group id; it is signed in lower case. */
  readonly cacheName: string;
  /** Name of the user, which must equal its user id. */
  readonly user: string;
}

/** Makes the password of an IAM user of ElastiCache: a presigned `connect` request without its scheme. */
export function tokenSource(identity: CacheIdentity): () => Promise<string> {
  const signer = new SignatureV4({
    service: 'elasticache',
    region: identity.region,
    credentials: defaultProvider(),
    sha256: Sha256,
  });
  const host = identity.cacheName.toLowerCase();
  return async () => {
    const request = new HttpRequest({
      method: 'GET',
      hostname: host,
      path: '/',
      headers: { host },
      query: { Action: 'connect', User: identity.user },
    });
    const signed = await signer.presign(request, { expiresIn: TOKEN_SECONDS });
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(signed.query ?? {})) {
      if (typeof value === 'string') query.set(key, value);
    }
    return `${host}/?${query.toString()}`;
  };
}
