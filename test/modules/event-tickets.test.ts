import { AlarmTopics } from '../../modules/alarms';
import { EventTickets } from '../../modules/event-tickets';
import { keyOf } from '../support/encryption';
import { inventory, resourcesOf, synthesize } from '../support/synth';

const synthesized = synthesize((stack) => {
  const { ticket } = new AlarmTopics(stack, 'topics', {
    contact: 'oncall@example.com',
    encryptionKey: keyOf(stack),
  });
  new EventTickets(stack, 'events', { topic: ticket, databases: ['tiers-test-shard-00-a'] });
});
const rules = resourcesOf(synthesized, 'aws_cloudwatch_event_rule');
const targets = resourcesOf(synthesized, 'aws_cloudwatch_event_target');

test('each rule tells the topic of the tickets, which lets rules publish; that of the pages does not', () => {
  const { aws_cloudwatch_event_rule, aws_cloudwatch_event_target } = inventory(synthesized);
  expect([aws_cloudwatch_event_rule, aws_cloudwatch_event_target]).toEqual([4, 4]);
  for (const [name, { arn, rule }] of Object.entries(targets)) {
    expect(arn).toBe('${aws_sns_topic.topics_ticket_topic.arn}');
    expect(rule).toBe(`\${aws_cloudwatch_event_rule.${name.replace(/_ticket$/, '')}.name}`);
  }
  const policies = resourcesOf(synthesized, 'aws_sns_topic_policy');
  expect(String(policies['topics_ticket_policy']!.policy)).toContain('events.amazonaws.com');
  expect(String(policies['topics_page_policy']!.policy)).not.toContain('events.amazonaws.com');
});

test('every value of a text is looked up in the event, and the text names a runbook', () => {
  for (const { input_transformer } of Object.values(targets)) {
    const { input_paths, input_template } = input_transformer as {
      input_paths: Record<string, string>;
      input_template: string;
    };
    const text = JSON.parse(input_template) as string;
    const used = [...text.matchAll(/<(\w+)>/g)].map((match) => match[1]!);
    expect(used.sort()).toEqual(Object.keys(input_paths).sort());
    for (const path of Object.values(input_paths)) expect(path).toMatch(/^\$\.[\w.[\]]+$/);
    expect(text).toMatch(/Runbook: docs\/runbooks\/[a-z-]+\.md$/);
  }
});

test('of the databases only those of this environment, by what fails or comes to its end', () => {
  const pattern = JSON.parse(String(rules['events_database_event']!.event_pattern)) as {
    detail: { SourceIdentifier: string[]; $or: object[] };
  };
  expect(pattern.detail.SourceIdentifier).toEqual(['tiers-test-shard-00-a']);
  expect(pattern.detail.$or).toEqual([
    { EventCategories: ['failure', 'low storage'] },
    { EventID: expect.arrayContaining(['RDS-EVENT-0225']) as string[] },
  ]);
});
