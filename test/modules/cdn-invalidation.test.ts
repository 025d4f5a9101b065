import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { Connections } from '../../lib/connections';
import { CdnInvalidation } from '../../modules/cdn-invalidation';
import { RecordingGrantee } from '../support/grants';
import { inventory, only, synthesize } from '../support/synth';

test('servers learn the distribution at run time, and may invalidate that of their environment', () => {
  let granted: RecordingGrantee['granted'] = {};
  const plan = synthesize((stack) => {
    const securityGroup = new SecurityGroup(stack, 'servers', { vpcId: 'vpc-1' });
    const connections = new Connections(stack, { label: 'servers', securityGroup });
    const servers = Object.assign(new RecordingGrantee(), { connections });
    const invalidation = new CdnInvalidation(stack, 'cdn', { domain: 'tiers.example.com' });
    invalidation.allow(servers);
    ({ granted } = servers);
    expect(invalidation.environment).toEqual({ CDN_DISTRIBUTION_PARAMETER: '/tiers/test/cdn-distribution' });
  });
  expect(inventory(plan)).toEqual({ aws_security_group: 1, aws_vpc_security_group_egress_rule: 1 });
  expect(only(plan, 'aws_vpc_security_group_egress_rule')).toMatchObject({
    description: 'servers to CloudFront through NAT',
    from_port: 443,
  });
  const [read, invalidate] = granted['invalidate-cdn'] ?? [];
  expect(read?.actions).toEqual(['ssm:GetParameter']);
  expect(read?.resources[0]).toMatch(
    /^arn:aws:ssm:us-east-1:\d{12}:parameter\/tiers\/test\/cdn-distribution$/,
  );
  expect(invalidate).toMatchObject({
    actions: ['cloudfront:CreateInvalidation'],
    resources: [expect.stringMatching(/^arn:aws:cloudfront::\d{12}:distribution\/\*$/)],
    conditions: { StringEquals: { 'aws:ResourceTag/Name': 'www.tiers.example.com' } },
  });
});
