import type { Place } from '../../lib/place';

/** One use of a key by an AWS service itself, or by a role that AWS keeps for one. */
export interface ServiceUse {
  readonly sid: string;
  readonly principal: { readonly Service: string | readonly string[] } | { readonly AWS: string };
  readonly actions: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** What a service needs that both writes and reads. */
const ENCRYPT_AND_DECRYPT = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncrypt*',
  'kms:GenerateDataKey*',
  'kms:DescribeKey',
];

/** The account, whose IAM policies then decide. A key that does not name its account could never be changed again. */
export function accountStatement(account: string): object {
  return {
    Sid: 'Account',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
}

/** The key's policy: the account, and the uses of services, which no IAM policy covers. */
export function keyPolicy({ account }: Place, uses: readonly ServiceUse[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      accountStatement(account),
      ...uses.map(({ sid, principal, actions, conditions }) => ({
        Sid: sid,
        Effect: 'Allow',
        Principal: principal,
        Action: actions,
        Resource: '*',
        ...(conditions ? { Condition: conditions } : {}),
      })),
    ],
  });
}

/** Amazon CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS Key Management Service". */
export function byLogGroups({ region, account }: Place, names: readonly string[]): ServiceUse {
  return {
    sid: 'LogGroups',
    principal: { Service: `logs.${region}.amazonaws.com` },
    actions: ENCRYPT_AND_DECRYPT,
    conditions: {
      ArnEquals: {
        'kms:EncryptionContext:aws:logs:arn': names.map(
          (name) => `arn:aws:logs:${region}:${account}:log-group:${name}`,
        ),
      },
    },
  };
}

/**
 * Amazon CloudFront Developer Guide, "Restrict access to an Amazon S3 origin": a distribution with origin access control
 * decrypts what it reads. It is made after the bucket, in another stack: any of this account's.
 */
export function byCdn({ account }: Place): ServiceUse {
  return {
    sid: 'ReadByCdn',
    principal: { Service: 'cloudfront.amazonaws.com' },
    actions: ['kms:Decrypt'],
    conditions: { ArnLike: { 'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/*` } },
  };
}

/** Amazon CloudWatch Logs User Guide, "Enable logging from AWS services": delivery to a bucket under a key of KMS. */
export function byLogDelivery({ account, region }: Place): ServiceUse {
  return {
    sid: 'LogDelivery',
    principal: { Service: 'delivery.logs.amazonaws.com' },
    actions: ENCRYPT_AND_DECRYPT,
    conditions: {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': `arn:aws:logs:${region}:${account}:delivery-source:*` },
    },
  };
}

/**
 * AWS Step Functions Developer Guide, "Data at rest encryption in Step Functions": a state machine under a key of the account
 * encrypts what it hands to the log delivery, which decrypts it to write it into the log group.
 */
export function byWorkflowLogs({ account, region }: Place): ServiceUse {
  return {
    sid: 'LogsOfWorkflows',
    principal: { Service: 'delivery.logs.amazonaws.com' },
    actions: ['kms:Decrypt'],
    conditions: { StringLike: { 'kms:EncryptionContext:SourceArn': `arn:aws:logs:${region}:${account}:*` } },
  };
}

/** Amazon EC2 Auto Scaling User Guide, "Required AWS KMS key policy for use with encrypted volumes": both statements. */
export function byScalingRole(roleArn: string): readonly ServiceUse[] {
  const principal = { AWS: roleArn };
  return [
    { sid: 'VolumesOfFleets', principal, actions: ENCRYPT_AND_DECRYPT },
    {
      sid: 'AttachVolumesOfFleets',
      principal,
      actions: ['kms:CreateGrant'],
      conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    },
  ];
}

/** A service that publishes to topics, under the conditions that its own documentation gives. */
export interface PublishingService {
  readonly sid: string;
  readonly service: string | readonly string[];
  readonly conditions?: ServiceUse['conditions'];
}

/**
 * Amazon SNS Developer Guide, "Managing Amazon SNS encryption keys and costs": whoever publishes to an encrypted topic needs
 * both.
 */
export function byPublisher({ sid, service, conditions }: PublishingService): ServiceUse {
  return {
    sid,
    principal: { Service: service },
    actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    conditions,
  };
}
