import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Route53HostedZoneDnssec } from '@cdktf/provider-aws/lib/route53-hosted-zone-dnssec';
import { Route53KeySigningKey } from '@cdktf/provider-aws/lib/route53-key-signing-key';
import type { Route53Zone } from '@cdktf/provider-aws/lib/route53-zone';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import { accountStatement } from '../encryption-key';
import { DNS_REGION } from './region';

/** AWS KMS API Reference, "ScheduleKeyDeletion": the longest time, in days, in which a deletion can be taken back. */
const DELETION_DAYS = 30;

const SERVICE = { Service: 'dnssec-route53.amazonaws.com' };

export interface SigningProps {
  readonly zone: Route53Zone;
}

/**
 * Signs a zone's answers. Nobody checks them before the parent has the DS record, so it can be on from the first day. The
 * letter is a generation: a zone has room for two keys, and a new one is added beside the old one.
 */
export class Signing extends Construct {
  /** For the parent of the domain. */
  readonly dsRecord: string;

  constructor(scope: Construct, id: string, { zone }: SigningProps) {
    super(scope, id);
    const { project, environment } = placeOf(this);
    const key = new KmsKey(this, 'key-a', {
      region: DNS_REGION,
      description: `Signs the keys of the DNS zone of ${project} ${environment}`,
      // Amazon Route 53 Developer Guide, "Working with customer managed keys for DNSSEC". KMS rotates symmetric keys only.
      customerMasterKeySpec: 'ECC_NIST_P256',
      keyUsage: 'SIGN_VERIFY',
      deletionWindowInDays: DELETION_DAYS,
      policy: this.keyPolicy(zone),
    });
    new KmsAlias(this, 'alias-a', {
      region: DNS_REGION,
      name: `alias/${Names.of(this).regional('keyAlias', 'dns-signing-a')}`,
      targetKeyId: key.keyId,
    });
    const signingKey = new Route53KeySigningKey(this, 'a', {
      hostedZoneId: zone.zoneId,
      keyManagementServiceArn: key.arn,
      name: 'key_a',
    });
    new Route53HostedZoneDnssec(this, 'zone', {
      hostedZoneId: zone.zoneId,
      dependsOn: [signingKey],
    });
    this.dsRecord = signingKey.dsRecord;
  }

  /** The account, and Route 53 for this zone alone: the statements of the guide's page on the permissions for DNSSEC signing. */
  private keyPolicy(zone: Route53Zone): string {
    const { account } = placeOf(this);
    return JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        accountStatement(account),
        {
          Sid: 'SignZone',
          Effect: 'Allow',
          Principal: SERVICE,
          Action: ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign'],
          Resource: '*',
          Condition: {
            StringEquals: { 'aws:SourceAccount': account },
            ArnEquals: { 'aws:SourceArn': zone.arn },
          },
        },
        {
          Sid: 'GrantToZone',
          Effect: 'Allow',
          Principal: SERVICE,
          Action: 'kms:CreateGrant',
          Resource: '*',
          Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
        },
      ],
    });
  }
}
