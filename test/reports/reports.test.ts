import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import validate from 'asl-validator';
import { reportDefinition } from '../../modules/daily-report/definition';
import { digestDefinition } from '../../modules/error-digest/definition';
import { QUERIES, readQuery } from '../../modules/log-pipeline/queries';
import type { WorkflowDefinition } from '../../modules/scheduled-workflow';
import { definitionText } from '../../modules/scheduled-workflow/definition';
import { ROOT } from '../repository/support/root';
import { runWorkflow, type Perform } from '../support/workflow';
import { answer, asAthena, printedLines, storedLines } from './support/lines';

const desk = { workgroup: 'tiers-production-logs', database: 'tiers_production_logs' };
const common = {
  desk,
  topicArn: 'arn:aws:sns:us-east-1:111122223333:reports',
  title: 'tiers production us-east-1',
};
const report = reportDefinition({ ...common, namespace: 'tiers/production/business' });
const digest = digestDefinition({ ...common, groupPrefix: '/tiers/production/service/' });

const lines = printedLines();
const folder = storedLines(lines);
afterAll(() => rmSync(folder, { recursive: true }));

type Sent = Record<string, unknown>;

/** Runs a workflow against the stored lines; SQL goes to DuckDB, and what is sent away is kept. */
async function carryOut(definition: WorkflowDefinition, startTime: string, from = folder, input = {}) {
  const messages: Sent[] = [];
  const figures: Sent[] = [];
  const queries: string[] = [];
  const perform: Perform = (resource, given) => {
    const asked = given as Sent;
    switch (resource) {
      case 'athena:startQueryExecution.sync':
        expect(asked).toMatchObject({
          WorkGroup: desk.workgroup,
          QueryExecutionContext: { Database: desk.database },
        });
        return { QueryExecution: { QueryExecutionId: String(queries.push(String(asked.QueryString)) - 1) } };
      case 'athena:getQueryResults':
        return asAthena(answer(from, queries[Number(asked.QueryExecutionId)]!));
      case 'aws-sdk:cloudwatch:putMetricData':
        figures.push(asked);
        return {};
      case 'sns:publish':
        messages.push(asked);
        return {};
      default:
        throw new Error(`no service answers ${resource}`);
    }
  };
  await runWorkflow(definition, perform, input, {}, startTime);
  return { messages, figures, queries };
}

describe('the lines of requests', () => {
  const requests = lines.filter(({ msg }) => msg === 'request');

  test('say the endpoint, the outcome, the time, the user who is signed in and the trace', () => {
    expect(requests[0]).toEqual({
      level: 'info',
      time: '2026-03-03T09:00:00.000Z',
      service: 'api',
      instance: 'i-0123456789abcdef0',
      environment: 'production',
      region: 'us-east-1',
      requestId: '1-69a6a310-0123456789abcdef01234567',
      traceId: '1-69a6a310-0123456789abcdef01234567',
      endpoint: 'POST /v1/posts',
      status: 200,
      ms: 40,
      userId: '11',
      msg: 'request',
    });
  });

  test('leave the user out where nobody is signed in, and the checks of the balancer altogether', () => {
    const reads = requests.filter(({ endpoint }) => endpoint === 'GET /v1/posts/:id');
    expect(reads.length).toBeGreaterThan(5);
    for (const line of reads) expect(line).not.toHaveProperty('userId');
    expect(requests.filter(({ endpoint }) => String(endpoint).includes('healthz'))).toEqual([]);
  });
});

describe('the daily report', () => {
  test('of the day before, from lines that arrived on that day and the next', async () => {
    const { messages, queries } = await carryOut(report, '2026-03-11T11:30:00.123Z');
    expect(queries).toHaveLength(5);
    expect(messages).toHaveLength(1);
    const [{ Subject, Message, TopicArn }] = messages as [Sent];
    expect(TopicArn).toBe(common.topicArn);
    expect(Subject).toBe('Report of 2026-03-10: tiers production us-east-1');
    // The page shows the same text, made by this test.
    const [, shown] =
      /```text\n(Report of [\s\S]*?)\n```/.exec(readFileSync(join(ROOT, 'docs/logs.md'), 'utf8')) ?? [];
    expect(String(Message).replace(/ +$/gm, '')).toBe(shown);
  }, 60_000);

  test('its figures go to CloudWatch, at the end of their day', async () => {
    const { figures } = await carryOut(report, '2026-03-11T11:30:00.123Z');
    const [{ Namespace, MetricData }] = figures as [{ Namespace: string; MetricData: Sent[] }];
    expect(Namespace).toBe('tiers/production/business');
    expect(
      MetricData.map(({ MetricName, Value, Unit, Dimensions }) => [MetricName, Dimensions, Value, Unit]),
    ).toEqual([
      ['DailyActiveUsers', [], 5, 'Count'],
      ['RetainedUsers', [{ Name: 'After', Value: '1 day' }], 2, 'Count'],
      ['RetainedUsers', [{ Name: 'After', Value: '7 days' }], 1, 'Count'],
      ['RetainedUsersShare', [{ Name: 'After', Value: '1 day' }], 66.67, 'Percent'],
      ['RetainedUsersShare', [{ Name: 'After', Value: '7 days' }], 50, 'Percent'],
      ['SignUps', [], 2, 'Count'],
      ['Posts', [], 1, 'Count'],
      ['Revenue', [{ Name: 'Currency', Value: 'EUR' }], 2.99, 'None'],
      ['Revenue', [{ Name: 'Currency', Value: 'USD' }], 19.98, 'None'],
    ]);
    for (const { Timestamp } of MetricData) expect(Timestamp).toBe('2026-03-10T23:59:00Z');
  }, 60_000);

  test('a run by hand names another day', async () => {
    const { messages, figures } = await carryOut(report, '2026-03-11T11:30:00Z', folder, {
      day: '2026-03-09',
    });
    expect(messages[0]!.Subject).toContain('2026-03-09');
    expect(figures[0]!.MetricData).toContainEqual(
      expect.objectContaining({ MetricName: 'DailyActiveUsers', Value: 3 }),
    );
  }, 60_000);

  test('a day on which nothing happened is reported too', async () => {
    const { messages, figures } = await carryOut(report, '2026-03-08T11:30:00Z');
    expect(messages[0]!.Message).toContain('requests  0');
    expect(messages[0]!.Message).toContain('failed    0 (-)');
    expect(figures[0]!.MetricData).toContainEqual(
      expect.objectContaining({ MetricName: 'DailyActiveUsers', Value: 0 }),
    );
  }, 60_000);
});

describe('the digest of errors', () => {
  test('tells a new kind within the hour, and what is known beside it', async () => {
    const { messages } = await carryOut(digest, '2026-03-10T19:20:00Z');
    expect(messages).toHaveLength(1);
    expect(messages[0]!.Subject).toBe('New errors: tiers production us-east-1');
    const [, shown] =
      /```text\n(Errors of [\s\S]*?)\n```/.exec(readFileSync(join(ROOT, 'docs/logs.md'), 'utf8')) ?? [];
    expect(messages[0]!.Message).toBe(shown);
  }, 60_000);

  test('is silent in an hour without a new kind', async () => {
    const quiet = await carryOut(digest, '2026-03-10T12:20:00Z');
    expect([quiet.queries.length, quiet.messages]).toEqual([1, []]);
    // The kind of the fifth is known: an hour of it alone is not told.
    const known = lines.filter(({ time, level }) => level === 'info' || time < '2026-03-10T18:21');
    const stored = storedLines(known);
    const only = await carryOut(digest, '2026-03-10T19:20:00Z', stored);
    expect([only.queries.length, only.messages]).toEqual([1, []]);
    // After the end of the day all of the day is told.
    const daily = await carryOut(digest, '2026-03-11T00:20:00Z', stored);
    expect(daily.messages[0]!.Subject).toBe('Errors of a day: tiers production us-east-1');
    expect(daily.messages[0]!.Message).toContain('Kinds: 1, new: 0.');
    rmSync(stored, { recursive: true });
  }, 60_000);
});

describe('the queries', () => {
  test.each(QUERIES)('%s can be run by hand as it stands, and says what it answers', (name) => {
    const { byHand, description } = readQuery(name);
    expect(byHand).not.toMatch(/:[a-z_]+\b/);
    expect(description).toMatch(/^[A-Z].+\.$/);
    expect(() => answer(folder, byHand)).not.toThrow();
  });

  test('one that asks for a column that is not there fails', () => {
    expect(() => answer(folder, 'SELECT nothing FROM lines')).toThrow('nothing');
  });
});

describe('the definitions', () => {
  test.each([
    ['report', report],
    ['digest', digest],
  ])('%s is in the Amazon States Language', (_name, definition) => {
    const text = JSON.parse(definitionText('test', definition)) as WorkflowDefinition;
    expect(validate(text)).toMatchObject({ isValid: true, errors: [] });
    const [first] = Object.keys(text.States);
    const broken = { ...text, States: { ...text.States, [first!]: { Type: 'Pass' } } };
    expect(validate(broken).isValid).toBe(false);
  });
});
