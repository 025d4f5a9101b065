import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { Connections } from '../../lib/connections';
import { ErrorTracking } from '../../modules/error-tracking';
import { RecordingGrantee } from '../support/grants';
import { inventory, only, synthesize } from '../support/synth';

const ARN = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:sentry-AbCdEf';

test('tracked servers may read the DSN and reach Sentry, and are told of the secret, not of the DSN', () => {
  let granted: RecordingGrantee['granted'] = {};
  const plan = synthesize((stack) => {
    const securityGroup = new SecurityGroup(stack, 'servers', { vpcId: 'vpc-1' });
    const connections = new Connections(stack, { label: 'servers', securityGroup });
    const servers = Object.assign(new RecordingGrantee(), { connections });
    const tracking = new ErrorTracking(stack, 'errors', { dsnSecretArn: ARN });
    tracking.allow(servers);
    ({ granted } = servers);
    expect(tracking.environment).toEqual({ SENTRY_DSN_SECRET_ARN: ARN });
  });
  expect(inventory(plan)).toEqual({ aws_security_group: 1, aws_vpc_security_group_egress_rule: 1 });
  expect(only(plan, 'aws_vpc_security_group_egress_rule')).toMatchObject({
    description: 'servers to Sentry through NAT',
    from_port: 443,
    to_port: 443,
  });
  expect(granted).toEqual({
    'read-sentry-dsn': [{ actions: ['secretsmanager:GetSecretValue'], resources: [ARN] }],
  });
});
