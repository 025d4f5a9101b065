import { GRANTS } from '../grants';
import { add, HOME, set, type Case } from '../breaking';

const sends = `${HOME}-app:aws_iam_role_policy.web_role_send_to_jobs`;
const queue = '${aws_sqs_queue.jobs_queue.arn}';
const statement = (more: object): string =>
  JSON.stringify({
    Statement: [{ Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: [queue], ...more }],
  });

export const GRANTS_CASES: readonly Case[] = [
  [
    GRANTS,
    'every action on a queue',
    `${sends}: allows sqs:*`,
    set(sends, 'policy', statement({ Action: 'sqs:*' })),
  ],
  [
    GRANTS,
    'an action on every queue',
    `${sends}: allows something on *`,
    set(sends, 'policy', statement({ Resource: '*' })),
  ],
  [
    GRANTS,
    'an action on queues by a part of their name',
    `${sends}: allows something on arn:aws:sqs:us-east-1:*:jobs`,
    set(sends, 'policy', statement({ Resource: 'arn:aws:sqs:us-east-1:*:jobs' })),
  ],
  [
    GRANTS,
    'a list of every region',
    `${sends}: allows something on *`,
    set(sends, 'policy', statement({ Action: 'ec2:DescribeImages', Resource: '*' })),
  ],
  [
    GRANTS,
    'a list that comes with more',
    `${sends}: allows something on *`,
    set(
      sends,
      'policy',
      statement({ Action: ['ec2:DescribeImages', 'ec2:RunInstances'], Resource: '*', Condition: {} }),
    ),
  ],
  [
    GRANTS,
    'every action but some',
    `${sends}: allows everything but`,
    set(sends, 'policy', statement({ NotAction: 'sqs:DeleteQueue' })),
  ],
  [
    GRANTS,
    'a key that more than its account may do everything with',
    `${HOME}-data:aws_kms_key.encryption_key: allows kms:*`,
    set(`${HOME}-data:aws_kms_key.encryption_key`, 'policy', statement({ Action: 'kms:*', Resource: '*' })),
  ],
  [
    GRANTS,
    'an administrator by a policy of AWS',
    `${HOME}-app:aws_iam_role_policy_attachment.a: has AdministratorAccess`,
    add(`${HOME}-app:aws_iam_role_policy_attachment.a`, {
      policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    }),
  ],
];
