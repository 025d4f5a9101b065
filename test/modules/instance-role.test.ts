import { InstanceRole } from '../../modules/instance-role';
import { inventory, only, resourcesOf, synthesize } from '../support/synth';

const declared = synthesize((stack) => {
  const role = new InstanceRole(stack, 'role', { component: 'web' });
  role.grant('send-to-jobs', [
    { actions: ['sqs:SendMessage'], resources: ['arn:aws:sqs:us-east-1:111122223333:jobs'] },
  ]);
  role.grant('read-key', [{ actions: ['secretsmanager:GetSecretValue'], resources: ['arn:aws:x'] }]);
});

describe('InstanceRole', () => {
  test('declares exactly these resources', () => {
    expect(inventory(declared)).toEqual({
      aws_iam_instance_profile: 1,
      aws_iam_role: 1,
      aws_iam_role_policy: 3,
      aws_iam_role_policy_attachment: 1,
    });
  });

  test('EC2 alone may assume it', () => {
    expect(JSON.parse(String(only(declared, 'aws_iam_role').assume_role_policy))).toMatchObject({
      Statement: [{ Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
  });

  test('is reached by Session Manager and may send logs, nothing else', () => {
    const attached = Object.values(resourcesOf(declared, 'aws_iam_role_policy_attachment'));
    expect(attached.map(({ policy_arn }) => policy_arn).sort()).toEqual([
      'arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy',
    ]);
    const { role_sessions: sessions } = resourcesOf(declared, 'aws_iam_role_policy');
    expect(JSON.parse(String(sessions?.policy)).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: [
          'ssm:UpdateInstanceInformation',
          'ssmmessages:CreateControlChannel',
          'ssmmessages:CreateDataChannel',
          'ssmmessages:OpenControlChannel',
          'ssmmessages:OpenDataChannel',
        ],
        Resource: ['*'],
        Condition: {
          ArnLike: { 'ec2:SourceInstanceARN': 'arn:aws:ec2:us-east-1:111122223333:instance/*' },
        },
      },
    ]);
  });

  test('each grant is one inline policy of its name', () => {
    const policies = resourcesOf(declared, 'aws_iam_role_policy');
    expect(Object.values(policies).map(({ name }) => name)).toEqual(['sessions', 'send-to-jobs', 'read-key']);
    expect(JSON.parse(String(policies.role_send_to_jobs?.policy)).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['sqs:SendMessage'],
        Resource: ['arn:aws:sqs:us-east-1:111122223333:jobs'],
      },
    ]);
  });

  test('the same grant twice is refused', () => {
    synthesize((stack) => {
      const role = new InstanceRole(stack, 'role', { component: 'web' });
      role.grant('same', []);
      expect(() => role.grant('same', [])).toThrow("already a Construct with name 'same'");
    });
  });
});
