import fc from 'fast-check';

/** Channels of both kinds, with ids and no names. */
export const chat = fc.record(
  {
    page: fc.constant({ slack: { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' } }),
    ticket: fc.constant({
      teams: {
        tenantId: '00000000-0000-4000-8000-000000000000',
        teamId: '00000000-0000-4000-8000-000000000001',
        channelId: '19%3Aabc%40thread.tacv2',
      },
    }),
  },
  { requiredKeys: ['page'] },
);
