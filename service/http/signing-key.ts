import { createHmac, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { SecretText } from '../aws/secrets';

/** Letters and digits carry 5.95 bits each: 32 of them are 190, above the 128 bits that Ed25519 gives (RFC 8032, section 8.5). */
export const SECRET_MINIMUM_BYTES = 32;

/** RFC 8410, section 7: what precedes the 32 bytes of an Ed25519 key in PKCS #8. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A public key as RFC 8037 writes it. */
export interface PublicJwk {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
}

export interface SigningKey {
  /** The version of the secret; tokens carry it as `kid`. */
  readonly kid: string;
  /** PEM, for the library that signs. */
  readonly privateKey: string;
  /** PEM, for the library that verifies. */
  readonly publicKey: string;
  readonly jwk: PublicJwk;
  /** A code that only holders of the secret can make, for what stays inside the service. */
  readonly mac: (text: string) => Buffer;
}

const derive = (secret: string, use: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', use, 32));

/**
 * The key pair of a secret text. Any 32 bytes are an Ed25519 key, so the text is all that is kept and rotated: the pair is derived
 * from it (RFC 5869), and so is an unrelated key for codes.
 */
export function signingKey({ text, version }: SecretText): SigningKey {
  const der = Buffer.concat([PKCS8_ED25519, derive(text, 'tiers: Ed25519 key of the tokens')]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey: KeyObject = createPublicKey(privateKey);
  const { kty = '', crv = '', x = '' } = publicKey.export({ format: 'jwk' });
  const macKey = derive(text, 'tiers: codes within the service');
  return {
    kid: version,
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    jwk: { kty, crv, x, kid: version, use: 'sig', alg: 'EdDSA' },
    mac: (message) => createHmac('sha256', macKey).update(message).digest(),
  };
}
