import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { redrive, walk } from '../../tools/dead-letters/dead-letters';
import { awsClients } from '../support/aws-resources';
import { Ministack } from '../support/ministack';
import { tiers } from '../support/tiers-command';

const ENVIRONMENT = 'tiers-test';
let ministack: Ministack;
let sqs: ReturnType<typeof awsClients>['sqs'];
let from: string;
let to: string;
beforeAll(async () => {
  ministack = await Ministack.start();
  ({ sqs } = awsClients(ministack.endpoint));
  const make = async (name: string) =>
    (await sqs.send(new CreateQueueCommand({ QueueName: `${ENVIRONMENT}-${name}` }))).QueueUrl ?? '';
  [from, to] = [await make('jobs-dead-letter'), await make('jobs')];
}, 60_000);
afterAll(() => ministack.stop(), 30_000);
beforeEach(async () => {
  for (const QueueUrl of [from, to]) await sqs.send(new PurgeQueueCommand({ QueueUrl }));
});

async function bury(type: string, reason?: string): Promise<string> {
  const sent = await sqs.send(
    new SendMessageCommand({
      QueueUrl: from,
      MessageBody: JSON.stringify({ type, requestId: 'test' }),
      ...(reason === undefined
        ? {}
        : { MessageAttributes: { reason: { DataType: 'String', StringValue: reason } } }),
    }),
  );
  return sent.MessageId ?? '';
}
const visible = async (url: string): Promise<number> => {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  return Number(Attributes?.['ApproximateNumberOfMessages']);
};
const bodies = async (url: string): Promise<string[]> => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
  );
  return Messages.map(({ Body = '' }) => Body).sort();
};
const run = (...given: string[]): Promise<string> =>
  tiers(ministack, ['dead-letters', ...given, '--environment', ENVIRONMENT]);

test('looks into another queue when told so', async () => {
  for (const name of ['videos-dead-letter', 'videos'])
    await sqs.send(new CreateQueueCommand({ QueueName: `${ENVIRONMENT}-${name}` }));
  await bury('thumbnail');
  expect(await run('list', '--queue', 'videos')).toBe('0 in the queue');
});

test('lists what is there with its reason, and leaves it where it is', async () => {
  const id = await bury('thumbnail', 'Error: bucket away');
  await bury('fan-out');
  const lines = (await run('list')).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines.find((line) => line.startsWith(id))).toMatch(
    /\S+ {2}\d{4}-\S+Z {2}Error: bucket away {2}\{"type":"thumbnail"/,
  );
  expect(lines.join('\n')).toContain('moved by the queue');
  expect(lines[2]).toBe('2 in the queue');
  expect(await visible(from)).toBe(2);
});

test('sends back what is chosen by type, by reason or by id, and nothing else', async () => {
  const id = await bury('rebuild-feed', 'Error: a');
  for (const reason of ['Error: a', 'Error: b']) await bury('thumbnail', reason);
  await bury('fan-out', 'Error: a');
  expect(await run('redrive', '--type', 'thumbnail', '--reason', 'Error: a')).toBe('1 of 4 sent back');
  expect(await bodies(to)).toEqual(['{"type":"thumbnail","requestId":"test"}']);
  expect(await run('redrive', id)).toBe('1 of 3 sent back');
  expect(await bodies(to)).toHaveLength(2);
  expect(await run('redrive')).toBe('2 of 2 sent back');
  expect([await visible(from), await visible(to)]).toEqual([0, 4]);
}, 30_000);

test('deletes one for good, and none without an id', async () => {
  const id = await bury('thumbnail', 'Error: a');
  await bury('thumbnail', 'Error: a');
  await expect(run('delete')).rejects.toThrow(/missing required argument 'ids'/);
  expect(await run('delete', id)).toBe('1 of 2 deleted');
  expect([await visible(from), await visible(to)]).toEqual([1, 0]);
}, 30_000);

test('goes through more than is taken at a time, once each, and leaves alone what arrives meanwhile', async () => {
  const wanted = new Set<string>();
  for (let n = 0; n < 70; n += 1) wanted.add(await bury('thumbnail', `Error: ${n}`));
  const now = Date.now();
  const seen: string[] = [];
  const walked = await walk(
    sqs,
    from,
    async ({ id }) => {
      // As a job does that was sent back and fails again.
      if (seen.length === 0) await bury('thumbnail', 'again');
      seen.push(id);
      return true;
    },
    { now },
  );
  expect(walked.gone).toBe(70);
  expect(new Set(seen)).toEqual(wanted);
  expect(seen).toHaveLength(70);
  expect(await visible(from)).toBe(1);
}, 60_000);

test('gives back what was in hand when sending fails', async () => {
  for (let n = 0; n < 3; n += 1) await bury('thumbnail', 'Error: a');
  await expect(redrive(sqs, { from, to: `${to}-that-is-not-there` }, {}, 100)).rejects.toThrow();
  expect(await visible(from)).toBe(3);
});

test('sends back no faster than it is told to', async () => {
  for (let n = 0; n < 4; n += 1) await bury('thumbnail', 'Error: a');
  const started = Date.now();
  expect((await redrive(sqs, { from, to }, {}, 4)).gone).toBe(4);
  expect(Date.now() - started).toBeGreaterThanOrEqual(990);
});
