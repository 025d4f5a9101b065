import { TerraformOutput } from 'cdktf';
import { HostedZone, type HostedZoneProps } from '../../modules/hosted-zone';
import { inventory, only, resourcesOf, synthesize, type Synthesized } from '../support/synth';

const build = (props: Partial<HostedZoneProps> = {}): Synthesized =>
  synthesize((stack) => {
    const zone = new HostedZone(stack, 'zone', { domain: 'tiers.example.com', logDays: 365, ...props });
    new TerraformOutput(stack, 'servers', { value: zone.nameServers ?? [], staticId: true });
    new TerraformOutput(stack, 'ds', { value: zone.dsRecord ?? '', staticId: true });
    new TerraformOutput(stack, 'id', { value: zone.zoneId, staticId: true });
  });

const off = { enabled: false, reason: 'the parent takes no DS record' } as const;

describe('HostedZone', () => {
  const created = build();

  test('creates a zone, signed and logged, and says what the parent needs', () => {
    expect(inventory(created)).toEqual({
      aws_cloudwatch_log_group: 1,
      aws_cloudwatch_log_resource_policy: 1,
      aws_kms_alias: 2,
      aws_kms_key: 2,
      aws_route53_hosted_zone_dnssec: 1,
      aws_route53_key_signing_key: 1,
      aws_route53_query_log: 1,
      aws_route53_zone: 1,
    });
    expect(only(created, 'aws_route53_zone')).toMatchObject({
      name: 'tiers.example.com',
      force_destroy: false,
    });
    expect(created.output?.id?.value).toBe('${aws_route53_zone.zone_zone.zone_id}');
    expect(created.output?.servers?.value).toBe('${aws_route53_zone.zone_zone.name_servers}');
    expect(created.output?.ds?.value).toBe('${aws_route53_key_signing_key.zone_signing_a.ds_record}');
  });

  test('signs with a key that Route 53 can use, and only for this zone', () => {
    const key = resourcesOf(created, 'aws_kms_key').zone_signing_key_a!;
    expect(key).toMatchObject({
      region: 'us-east-1',
      customer_master_key_spec: 'ECC_NIST_P256',
      key_usage: 'SIGN_VERIFY',
      deletion_window_in_days: 30,
    });
    // KMS refuses to rotate an asymmetric key.
    expect(key).not.toHaveProperty('enable_key_rotation');
    const { Statement } = JSON.parse(String(key.policy)) as { Statement: object[] };
    expect(Statement).toMatchObject([
      { Sid: 'Account' },
      {
        Principal: { Service: 'dnssec-route53.amazonaws.com' },
        Action: ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign'],
        Condition: {
          StringEquals: { 'aws:SourceAccount': '111122223333' },
          ArnEquals: { 'aws:SourceArn': '${aws_route53_zone.zone_zone.arn}' },
        },
      },
      { Action: 'kms:CreateGrant', Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } },
    ]);
    expect(only(created, 'aws_route53_key_signing_key')).toMatchObject({
      name: 'key_a',
      key_management_service_arn: '${aws_kms_key.zone_signing_key_a.arn}',
    });
    // Signing begins when the zone has its key, and ends before the key goes.
    expect(only(created, 'aws_route53_hosted_zone_dnssec')).toMatchObject({
      depends_on: ['aws_route53_key_signing_key.zone_signing_a'],
    });
  });

  test('logs questions in us-east-1, under a key there, once Route 53 may write', () => {
    expect(only(created, 'aws_cloudwatch_log_group')).toMatchObject({
      region: 'us-east-1',
      name: '/aws/route53/tiers.example.com',
      retention_in_days: 365,
      kms_key_id: '${aws_kms_key.zone_query_logs_encryption_key.arn}',
    });
    const policy = only(created, 'aws_cloudwatch_log_resource_policy');
    expect(policy).toMatchObject({ region: 'us-east-1', policy_name: 'tiers-test-dns-queries' });
    const { Statement } = JSON.parse(String(policy.policy_document)) as { Statement: object[] };
    expect(Statement).toMatchObject([
      {
        Principal: { Service: 'route53.amazonaws.com' },
        Resource: '${aws_cloudwatch_log_group.zone_query_logs_group.arn}:*',
        Condition: {
          StringEquals: { 'aws:SourceAccount': '111122223333' },
          ArnEquals: { 'aws:SourceArn': '${aws_route53_zone.zone_zone.arn}' },
        },
      },
    ]);
    expect(only(created, 'aws_route53_query_log')).toMatchObject({
      depends_on: ['aws_cloudwatch_log_resource_policy.zone_query_logs_policy'],
    });
  });

  test('leaves out what is turned off with a reason', () => {
    const bare = build({ signing: off, queryLogs: off });
    expect(inventory(bare)).toEqual({ aws_route53_zone: 1 });
    expect(bare.output?.ds?.value).toBe('');
    expect(inventory(build({ signing: off }))).not.toHaveProperty('aws_route53_hosted_zone_dnssec');
    expect(inventory(build({ queryLogs: off }))).not.toHaveProperty('aws_route53_query_log');
  });

  test('an existing zone stays as it is', () => {
    const existing = build({ existingZoneId: 'Z0123456789ABC' });
    expect(existing.resource).toBeUndefined();
    expect(existing.output?.id?.value).toBe('Z0123456789ABC');
    expect(existing.output?.servers?.value).toEqual([]);
  });
});
