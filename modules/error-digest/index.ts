export { ErrorDigest, type ErrorDigestProps } from './error-digest';
