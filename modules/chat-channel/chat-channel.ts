import { ChatbotSlackChannelConfiguration } from '@cdktf/provider-aws/lib/chatbot-slack-channel-configuration';
import { ChatbotTeamsChannelConfiguration } from '@cdktf/provider-aws/lib/chatbot-teams-channel-configuration';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import { trustedBy } from '../../lib/grants';
import { Names } from '../../lib/naming';

/** Where a team talks. Its workspace or team was authorized by hand, once for an account. */
export type Channel =
  | { readonly slack: { readonly workspaceId: string; readonly channelId: string } }
  | {
      readonly teams: { readonly tenantId: string; readonly teamId: string; readonly channelId: string };
    };

export interface ChatChannelProps {
  /** What its messages are, such as `pages`; part of the names. */
  readonly component: string;
  readonly channel: Channel;
  /** Topics of any region. A channel is configured once in an account, so all of an environment's belong here. */
  readonly topicArns: readonly string[];
}

/** What people may ask from the channel, and the most that they could be given: to look at alarms and metrics. */
const READ_ONLY = 'arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess';

/** Alarms in a chat channel, through Amazon Q Developer in chat applications (before: AWS Chatbot). */
export class ChatChannel extends Construct {
  constructor(scope: Construct, id: string, { component, channel, topicArns }: ChatChannelProps) {
    super(scope, id);
    const names = Names.of(this);
    const role = new IamRole(this, 'role', {
      name: names.account('role', `chat-${component}`),
      description: `Chat channel: ${component}`,
      // Its documentation knows no conditions for this service.
      assumeRolePolicy: trustedBy('chatbot.amazonaws.com'),
    });
    new IamRolePolicyAttachment(this, 'read-only', { role: role.name, policyArn: READ_ONLY });
    const common = {
      configurationName: names.regional('chatConfiguration', component),
      iamRoleArn: role.arn,
      // Left out, everything would be allowed (Terraform documentation, "aws_chatbot_slack_channel_configuration").
      guardrailPolicyArns: [READ_ONLY],
      userAuthorizationRequired: true,
      loggingLevel: 'ERROR',
      snsTopicArns: [...topicArns],
    };
    if ('slack' in channel) {
      const { workspaceId, channelId } = channel.slack;
      new ChatbotSlackChannelConfiguration(this, 'slack', {
        ...common,
        slackTeamId: workspaceId,
        slackChannelId: channelId,
      });
    } else new ChatbotTeamsChannelConfiguration(this, 'teams', { ...common, ...channel.teams });
  }
}
