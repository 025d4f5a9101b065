import type { Place } from '../../lib/place';

/** What writes its logs into a bucket: balancers (access, connections, health checks), a CDN, other buckets (requests). */
export type LogSource = 'load-balancer' | 'cdn' | 's3';

export interface BucketPolicyInput {
  readonly arn: string;
  readonly place: Place;
  readonly cdnPrefixes: readonly string[];
  readonly logDelivery: readonly LogSource[];
}

/**
 * The bucket's one policy: nothing without TLS, reads by the account's CDN below the given prefixes, writes by the
 * services that deliver logs. Whatever else may read or write has it from its own role.
 */
export function bucketPolicy({ arn, place, cdnPrefixes, logDelivery }: BucketPolicyInput): string {
  const { account } = place;
  const statements: object[] = [
    {
      Sid: 'DenyWithoutTls',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [arn, `${arn}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ];
  if (cdnPrefixes.length) {
    // The distribution is made after the bucket, in another stack: any of this account's, and of nobody else's.
    statements.push({
      Sid: 'ReadByCdn',
      Effect: 'Allow',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Action: 's3:GetObject',
      Resource: cdnPrefixes.map((prefix) => `${arn}/${prefix}*`),
      Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/*` } },
    });
  }
  statements.push(...logDelivery.flatMap((source) => LOG_STATEMENTS[source](arn, place)));
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

const LOG_STATEMENTS: Readonly<Record<LogSource, (arn: string, place: Place) => object[]>> = {
  // Elastic Load Balancing User Guide, "Enable access logs for your Application Load Balancer". The account in the key
  // is what restricts it: a condition on the source fails wherever the service sends no source, and no log would arrive.
  'load-balancer': (arn, { account }) => [
    {
      Sid: 'WriteByLoadBalancer',
      Effect: 'Allow',
      Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: [`${arn}/AWSLogs/${account}/*`, `${arn}/*/AWSLogs/${account}/*`],
    },
  ],
  // Amazon S3 User Guide, "Enabling Amazon S3 server access logging": from buckets of this account, in the same region.
  s3: (arn, { account }) => [
    {
      Sid: 'WriteByS3',
      Effect: 'Allow',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: `${arn}/s3/*`,
      Condition: { StringEquals: { 'aws:SourceAccount': account } },
    },
  ],
  // Amazon CloudFront Developer Guide, "Configure standard logging (v2)": its delivery sources live in us-east-1.
  cdn: (arn, { account }) => [
    {
      Sid: 'WriteByCdn',
      Effect: 'Allow',
      Principal: { Service: 'delivery.logs.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: `${arn}/*`,
      Condition: {
        StringEquals: { 'aws:SourceAccount': account, 's3:x-amz-acl': 'bucket-owner-full-control' },
        ArnLike: { 'aws:SourceArn': `arn:aws:logs:us-east-1:${account}:delivery-source:*` },
      },
    },
  ],
};
