import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathsOf } from '../../service/cdn/invalidation';
import { Bench } from '../support/bench';
import { Visitor } from '../support/visitor';
import { waitFor } from '../support/wait';

/** From the row that a change leaves in the outbox to the CDN. */
jest.setTimeout(60_000);
let bench: Bench;
let cdn: Server;
let url: string;
const asked: string[] = [];
let answers: number[] = [];

beforeAll(async () => {
  bench = await Bench.start();
  cdn = createServer(({ method, url: path }, answer) => {
    asked.push(`${method} ${path}`);
    answer.writeHead(answers.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => cdn.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(cdn.address() as AddressInfo).port}`;
}, 120_000);
afterAll(async () => {
  await bench?.stop();
  await new Promise((resolve) => cdn.close(resolve));
}, 60_000);
beforeEach(() => {
  asked.length = 0;
  answers = [];
});

const change = (type: string, postId: string, authorId: string): Promise<unknown> =>
  bench.cluster.primary.query('INSERT INTO outbox (type, data, request_id) VALUES ($1, $2, $3)', [
    type,
    JSON.stringify({ postId, authorId, version: 2 }),
    'request-1',
  ]);

test.each(['post.changed', 'post.deleted'])(
  'after %s a worker takes the pages of the post out of the CDN, again where that fails',
  async (type) => {
    const api = await bench.api();
    const worker = await bench.worker({ CDN_PURGE_URL: url });
    const visitor = await new Visitor(api.url).signUp();
    const { id } = await visitor.post('soon another');
    answers = [503];
    await change(type, id, visitor.userId);
    const wanted = pathsOf(id).map((path) => `PURGE ${path}`);
    await waitFor('all addresses', () => wanted.every((path) => asked.includes(path)));
    // The one that failed came again.
    expect(asked.filter((path) => path === wanted[0]).length).toBeGreaterThan(1);
    expect(worker.text()).toContain('PURGE');
    await waitFor('the outbox to be empty', async () => {
      const rows = await bench.cluster.primary.query("SELECT 1 FROM outbox WHERE type LIKE 'post.%'");
      return rows.length === 0;
    });
    await Promise.all([api.process.stop('SIGTERM'), worker.stop('SIGTERM')]);
  },
);

test('without workers the server does it itself', async () => {
  const api = await bench.api({ QUEUE_URL: '', CDN_PURGE_URL: url });
  const visitor = await new Visitor(api.url).signUp();
  const { id } = await visitor.post('soon another');
  await change('post.changed', id, visitor.userId);
  const wanted = pathsOf(id).map((path) => `PURGE ${path}`);
  await waitFor('all addresses', () => wanted.every((path) => asked.includes(path)));
  await api.process.stop('SIGTERM');
});
