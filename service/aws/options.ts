import type { CommonConfig } from '../config';

/**
 * Options shared by all AWS clients: every call is bounded, credentials come from the default chain.
 * `AWS_ENDPOINT_URL` is read by the SDK itself; it is set on a development machine only.
 */
export const awsOptions = (config: CommonConfig, requestTimeoutMs = 3_000) => ({
  region: config.AWS_REGION,
  maxAttempts: 3,
  // Without throwOnRequestTimeout the SDK only logs that a server has gone silent.
  requestHandler: { connectionTimeout: 1_000, requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true },
});
