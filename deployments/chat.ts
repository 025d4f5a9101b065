import { z } from 'zod';
import { expect, matching } from './rules';

/** Where alarms are shown beside the mail: one channel for pages, another for tickets. */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const uuid = (of: string): z.ZodString =>
  matching(
    UUID,
    `the id of a ${of}, as 36 characters`,
    'copy it from the console of Amazon Q Developer in chat applications',
  );

/** AWS Chatbot API Reference, "CreateSlackChannelConfiguration" and "CreateMicrosoftTeamsChannelConfiguration". */
const channel = z.union(
  [
    z.strictObject({
      slack: z.strictObject({
        workspaceId: matching(
          /^T[0-9A-Z]{2,254}$/,
          'the id of a Slack workspace',
          "write for instance 'T0123ABCD'",
        ),
        channelId: matching(
          /^[CG][0-9A-Z]{2,254}$/,
          'the id of a Slack channel, not its name',
          "write for instance 'C0123ABCD'",
        ),
      }),
    }),
    z.strictObject({
      teams: z.strictObject({
        tenantId: uuid('tenant'),
        teamId: uuid('team'),
        channelId: matching(
          /^[\w=+/.,-]*%3[aA][\w=+/.,-]*%40[\w=+/.,-]*$/,
          'the id of a channel of Microsoft Teams as its address has it, encoded',
          "write for instance '19%3Aabc%40thread.tacv2'",
        ),
      }),
    }),
  ],
  expect(
    '{ slack: { workspaceId, channelId } } or { teams: { tenantId, teamId, channelId } } with ids, not names',
    "write for instance { slack: { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' } }",
  ),
);

const rule = expect(
  '{ page, ticket }, one of them at least, each a channel',
  "write { ticket: { slack: { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' } } }, or leave the whole key out",
);

export const chat = z
  .strictObject({ page: channel.optional(), ticket: channel.optional() }, rule)
  .refine(({ page, ticket }) => page ?? ticket, rule)
  .optional();
