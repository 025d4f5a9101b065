import { ChatChannel, type Channel } from '../../modules/chat-channel';
import { inventory, only, synthesize, type Synthesized } from '../support/synth';

const READ_ONLY = 'arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess';
const TOPICS = ['us-east-1', 'eu-west-1'].map(
  (region) => `arn:aws:sns:${region}:111122223333:tiers-test-pages`,
);

const build = (channel: Channel): Synthesized =>
  synthesize((stack) => {
    new ChatChannel(stack, 'chat', { component: 'pages', channel, topicArns: TOPICS });
  });

describe('ChatChannel', () => {
  const common = {
    configuration_name: 'tiers-test-pages',
    iam_role_arn: '${aws_iam_role.chat_role.arn}',
    guardrail_policy_arns: [READ_ONLY],
    user_authorization_required: true,
    logging_level: 'ERROR',
    sns_topic_arns: TOPICS,
  };

  test('of Slack: one configuration for the topics of all regions, from which people only look', () => {
    const slack = build({ slack: { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' } });
    expect(inventory(slack)).toEqual({
      aws_chatbot_slack_channel_configuration: 1,
      aws_iam_role: 1,
      aws_iam_role_policy_attachment: 1,
    });
    expect(only(slack, 'aws_chatbot_slack_channel_configuration')).toEqual({
      ...common,
      slack_team_id: 'T0123ABCD',
      slack_channel_id: 'C0123ABCD',
    });
    expect(only(slack, 'aws_iam_role_policy_attachment').policy_arn).toBe(READ_ONLY);
    expect(only(slack, 'aws_iam_role').assume_role_policy).toContain('"Service":"chatbot.amazonaws.com"');
  });

  test('of Teams', () => {
    const ids = {
      tenantId: '00000000-0000-4000-8000-000000000000',
      teamId: '00000000-0000-4000-8000-000000000001',
      channelId: '19%3Aabc%40thread.tacv2',
    };
    const teams = build({ teams: ids });
    expect(inventory(teams)).toEqual({
      aws_chatbot_teams_channel_configuration: 1,
      aws_iam_role: 1,
      aws_iam_role_policy_attachment: 1,
    });
    expect(only(teams, 'aws_chatbot_teams_channel_configuration')).toEqual({
      ...common,
      tenant_id: ids.tenantId,
      team_id: ids.teamId,
      channel_id: ids.channelId,
    });
  });
});
