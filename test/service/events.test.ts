import { BOOST_CURRENCIES } from '../../service/limits';
import { CURRENCIES } from '../../stacks/service-environment';
import { putParameter } from '../support/aws-resources';
import { Bench } from '../support/bench';
import { freePort } from '../support/ports';
import type { TestProcess } from '../support/process';
import { Visitor } from '../support/visitor';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
}, 120_000);
afterAll(() => bench.stop(), 60_000);

const NAME = 'ford_prefect';
const metrics = { METRICS_NAMESPACE: 'tiers/test/service', METRICS_INTERVAL_SECONDS: '60' };
const key = (name: string) => ({ 'idempotency-key': `${name}-of-this-test` });

function linesOf(process: TestProcess): Record<string, unknown>[] {
  return process
    .text()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Twice everything that has an idempotency key, as a client does that saw no answer. */
async function business(url: string, name: string): Promise<{ userId: string; postId: string }> {
  const visitor = await new Visitor(url).signUp(name);
  const credentials = { name, password: 'a long enough password' };
  await visitor.call('POST', '/v1/sessions', credentials);
  await visitor.call('POST', '/v1/sessions', { ...credentials, password: 'a wrong password' });
  await visitor.post('once', key(`post-${name}`));
  const { id } = await visitor.post('once', key(`post-${name}`));
  const boost = (cents: number, currency: string) =>
    visitor.call(
      'POST',
      `/v1/posts/${id}/boosts`,
      { amountCents: cents, currency },
      key(`boost-${currency}-${name}`),
    );
  for (let n = 0; n < 2; n += 1) {
    expect((await boost(250, 'EUR')).status).toBe(201);
    expect((await boost(999, 'USD')).status).toBe(201);
  }
  return { userId: visitor.userId, postId: id };
}

test('what users do is one line each, however often they repeat the request', async () => {
  const { url, process } = await bench.api(metrics);
  const { userId, postId } = await business(url, NAME);
  await process.stop();
  const events = linesOf(process).filter((line) => 'event' in line);
  const purchase = { event: 'purchase', userId, postId, boostId: expect.stringMatching(/^\d+$/) };
  expect(events).toEqual([
    expect.objectContaining({ level: 'info', event: 'sign_up', userId, requestId: expect.any(String) }),
    expect.objectContaining({ event: 'session', userId }),
    expect.objectContaining({ event: 'post', userId, postId }),
    expect.objectContaining({ ...purchase, amountCents: 250, currency: 'EUR' }),
    expect.objectContaining({ ...purchase, amountCents: 999, currency: 'USD' }),
  ]);
  expect(process.text()).not.toContain(NAME);
});

test('revenue is a metric by currency, exact without the idempotency table too', async () => {
  const gone = `http://127.0.0.1:${await freePort()}`;
  const { url, process } = await bench.api({ ...metrics, AWS_ENDPOINT_URL_DYNAMODB: gone });
  await business(url, `${NAME}_2`);
  await process.stop();
  const figures = linesOf(process).filter((line) => 'Revenue' in line);
  expect(figures).toEqual([
    expect.objectContaining({ currency: 'EUR', Purchases: 1, Revenue: 250 }),
    expect.objectContaining({ currency: 'USD', Purchases: 1, Revenue: 999 }),
  ]);
  expect(figures[0]).toMatchObject({
    _aws: { CloudWatchMetrics: [{ Namespace: 'tiers/test/service', Dimensions: [['currency']] }] },
  });
}, 30_000);

test('the switch of boosts is kept by the API', async () => {
  const { aws, resources } = bench;
  await putParameter(aws.ssm, resources.parameter, '{"features":{"boosts":false}}');
  try {
    const { url } = await bench.api();
    const visitor = await new Visitor(url).signUp();
    const { id } = await visitor.post('not for sale');
    const answer = await visitor.call(
      'POST',
      `/v1/posts/${id}/boosts`,
      { amountCents: 100, currency: 'EUR' },
      key('off'),
    );
    expect([answer.status, answer.body]).toEqual([
      503,
      { error: expect.objectContaining({ code: 'feature_off' }) },
    ]);
  } finally {
    await putParameter(aws.ssm, resources.parameter, '{"features":{}}');
  }
});

test('the dashboard shows the revenue in every currency that is taken', () => {
  expect(CURRENCIES).toEqual(BOOST_CURRENCIES);
});
