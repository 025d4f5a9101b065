import { messageOf, set, type Fault } from './support';

const SLACK = { slack: { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' } };
const DATADOG = {
  site: 'datadoghq.eu',
  apiKeySecretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:datadog-AbCdEf',
};
const UUID = '00000000-0000-4000-8000-000000000000';

const FAULTS: readonly Fault[] = [
  [
    'a canary every two minutes',
    set('canary', { enabled: true, everyMinutes: 2 }),
    'canary.everyMinutes: received 2; allowed: 1, 5 or 15 minutes; write 5',
  ],
  [
    'a canary without a clock',
    set('canary', { enabled: true }),
    'canary.everyMinutes: received nothing; allowed: 1, 5 or 15 minutes; write 5',
  ],
  [
    'a canary turned off without a word',
    set('canary', { enabled: false }),
    `canary.reason: received nothing; allowed: a text of 10 to 300 characters without \${ and %{; write for instance 'nobody uses it from outside'`,
  ],
  [
    'a canary as a yes',
    set('canary', true),
    'canary: received true; allowed: { enabled: true, everyMinutes }, or { enabled: false, reason }; write { enabled: true, everyMinutes: 5 }',
  ],
  [
    'errors to Sentry without a secret',
    set('errorTracking', { sentry: true }),
    'errorTracking.sentry: received true; allowed: { dsnSecretArn }; write it as docs/service.md does',
  ],
  [
    'a site of Datadog that takes no streams',
    set('metricsExport', { datadog: { ...DATADOG, site: 'us3.datadoghq.com' } }),
    `metricsExport.datadog.site: received "us3.datadoghq.com"; allowed: datadoghq.com, datadoghq.eu, us5.datadoghq.com, ap1.datadoghq.com; write for instance 'datadoghq.eu'`,
  ],
  [
    'a site of Datadog as all there is',
    set('metricsExport', { datadog: 'datadoghq.eu' }),
    'metricsExport.datadog: received "datadoghq.eu"; allowed: { site, apiKeySecretArn, namespaces }, the last of which may be left out; write it as docs/export.md does',
  ],
  [
    'the key of Datadog in place of its secret',
    set('metricsExport', { datadog: { ...DATADOG, apiKeySecretArn: '0123456789abcdef' } }),
    `metricsExport.datadog.apiKeySecretArn: received "0123456789abcdef"; allowed: the whole ARN of a secret, with the six characters at its end; write for instance 'arn:aws:secretsmanager:us-east-1:111122223333:secret:sentry-AbCdEf'`,
  ],
  [
    'the key of Datadog in another account',
    set('metricsExport', {
      datadog: {
        ...DATADOG,
        apiKeySecretArn: DATADOG.apiKeySecretArn.replace('000000000000', '999999999999'),
      },
    }),
    'metricsExport.datadog.apiKeySecretArn: received "arn:aws:secretsmanager:us-east-1:999999999999:secret:datadog-AbCdEf"; allowed: a secret of us-east-1 in the account 000000000000, under the default key of Secrets Manager; make the secret there, one in each region',
  ],
  [
    'metrics of no namespace',
    set('metricsExport', { datadog: { ...DATADOG, namespaces: [] } }),
    "metricsExport.datadog.namespaces: received []; allowed: a list of 1 to 100 namespaces; write for instance ['AWS/ApplicationELB', 'AWS/RDS']",
  ],
  [
    'metrics of a namespace twice',
    set('metricsExport', { datadog: { ...DATADOG, namespaces: ['AWS/RDS', 'AWS/RDS'] } }),
    'metricsExport.datadog.namespaces: received ["AWS/RDS","AWS/RDS"]; allowed: each namespace once; remove the namespace that is listed twice',
  ],
  [
    'a chat channel by its name',
    set('chat', { page: { slack: { workspaceId: 'T0123ABCD', channelId: '#alarms' } } }),
    `chat.page.slack.channelId: received "#alarms"; allowed: the id of a Slack channel, not its name; write for instance 'C0123ABCD'`,
  ],
  [
    'a chat channel as a text',
    set('chat', { page: '#alarms' }),
    `chat.page: received "#alarms"; allowed: { slack: { workspaceId, channelId } } or { teams: { tenantId, teamId, channelId } } with ids, not names; write for instance { slack: { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' } }`,
  ],
  [
    'a chat channel of both at once',
    set('chat', { ticket: { ...SLACK, teams: {} } }),
    'chat.ticket.teams: received {}; allowed: only the keys of deployments/schema.ts; remove the key, or correct its spelling',
  ],
  [
    'a channel of Teams as its address is pasted',
    set('chat', { page: { teams: { tenantId: UUID, teamId: UUID, channelId: '19:abc@thread.tacv2' } } }),
    `chat.page.teams.channelId: received "19:abc@thread.tacv2"; allowed: the id of a channel of Microsoft Teams as its address has it, encoded; write for instance '19%3Aabc%40thread.tacv2'`,
  ],
  [
    'no chat channel at all',
    set('chat', {}),
    `chat: received {}; allowed: { page, ticket }, one of them at least, each a channel; write { ticket: { slack: { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' } } }, or leave the whole key out`,
  ],
  [
    'one channel for pages and tickets',
    set('chat', { page: SLACK, ticket: SLACK }),
    'chat.ticket: received {"slack":{"workspaceId":"T0123ABCD","channelId":"C0123ABCD"}}; allowed: another channel than chat.page has: a page must not drown among tickets; choose a channel for each, or leave one of them out',
  ],
];

describe('how a deployment is watched', () => {
  test.each(FAULTS)('%s is refused', (_name, change, message) => {
    expect(messageOf(change)).toBe(`deployments/x.ts: ${message}`);
  });
});
