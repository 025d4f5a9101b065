import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { pino } from 'pino';
import { DayRanges, RANGES_KEY, RangesUnknownError } from '../../../service/statistics/day-ranges';
import { addDays, dayOf } from '../../../service/statistics/days';
import { awsClients, createResources, REGION, type AwsClients } from '../../support/aws-resources';
import { Ministack } from '../../support/ministack';

const log = pino({ level: 'silent' });
const today = dayOf(Date.now());
const yesterday = addDays(today, -1);
const FIRST_PLACED = addDays(today, -5);
const config = {
  TIERS_ENVIRONMENT: 'test',
  AWS_REGION: REGION,
  INSTANCE_ID: 'i-test',
  LOG_LEVEL: 'silent',
} as const;

let ministack: Ministack;
let aws: AwsClients;
let table: string;

const place = (list: unknown) =>
  aws.dynamodb.send(new PutCommand({ TableName: table, Item: { ...RANGES_KEY, ranges: list } }));

beforeAll(async () => {
  ministack = await Ministack.start();
  Object.assign(process.env, ministack.environment);
  aws = awsClients(ministack.endpoint);
  ({ table } = await createResources(aws));
  await place([{ from: FIRST_PLACED, to: addDays(today, -3), physical: 1 }]);
}, 60_000);
afterAll(async () => {
  for (const client of Object.values(aws)) client.destroy();
  await ministack.stop();
});

describe('the list of ranges', () => {
  const fresh = () => new DayRanges(config, table, 2, log);

  test('is followed when it changes, and stays in force when what comes cannot be followed', async () => {
    const list = fresh();
    await list.poll();
    expect(list.of(FIRST_PLACED)).toBe(1);
    for (const wrong of [
      [{ from: today, to: today, physical: 2 }],
      [{ from: today, to: yesterday, physical: 1 }],
      'all',
    ]) {
      await place(wrong);
      await list.poll();
      expect([list.of(FIRST_PLACED), list.of(today)]).toEqual([1, 0]);
    }
    await place([{ from: addDays(today, 1), to: '2099-12-31', physical: 1 }]);
    await list.poll();
    expect([list.of(FIRST_PLACED), list.of(addDays(today, 1))]).toEqual([0, 1]);
    list.close();
  });

  test('with the table away from the start is not guessed: nothing is written to a wrong place', async () => {
    ministack.signal('SIGSTOP');
    const list = fresh();
    try {
      await list.poll();
    } finally {
      ministack.signal('SIGCONT');
    }
    expect(() => list.of(today)).toThrow(RangesUnknownError);
    await list.poll();
    expect(list.of(today)).toBe(0);
    list.close();
  }, 30_000);

  test('is not needed with one shard, or without a table', () => {
    expect(new DayRanges(config, table, 1, log).of(FIRST_PLACED)).toBe(0);
    expect(new DayRanges(config, undefined, 2, log).of(FIRST_PLACED)).toBe(0);
  });
});
