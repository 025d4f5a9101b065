import type { S3BucketServerSideEncryptionConfigurationRuleA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { ConfigurationError } from '../../lib/errors';
import type { EncryptionKey } from '../encryption-key';
import type { LogSource } from './bucket-policy';

/**
 * Elastic Load Balancing User Guide, "Enable access logs for your Application Load Balancer", and Amazon S3 User Guide,
 * "Enabling Amazon S3 server access logging": both write under keys of S3 only.
 */
const WITHOUT_KMS: readonly LogSource[] = ['load-balancer', 's3'];

/** One data key of the bucket serves many objects, which leaves KMS and its price out of most requests. */
export function encryptionRule(key?: EncryptionKey): S3BucketServerSideEncryptionConfigurationRuleA {
  if (!key) return { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } };
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key.arn },
    bucketKeyEnabled: true,
  };
}

/** Throws where logs of a source could not be written under a key of KMS: nothing would say so, they would be missing. */
export function refuseSources(where: string, sources: readonly LogSource[]): void {
  const refused = sources.filter((source) => WITHOUT_KMS.includes(source));
  if (refused.length === 0) return;
  throw new ConfigurationError([
    {
      where: `${where}.encryptionKey`,
      received: `a key of KMS, with logs of ${refused.join(' and ')}`,
      allowed: 'keys of S3, the only ones that these are delivered under',
      fix: "write { enabled: false, reason: '...' }",
    },
  ]);
}
