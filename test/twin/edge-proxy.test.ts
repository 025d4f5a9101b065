import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { Agent, request } from 'undici';
import type { Address } from '../../tools/twin/address-plan';
import { HaproxyServer } from '../../tools/twin/haproxy/server';
import { edgeProxy } from '../../tools/twin/varnish/edge-proxy';
import { freePort } from '../support/ports';
import { waitFor } from '../support/wait';
import { Origin } from './cdn-origin';
import { openBench, type Bench } from './support';

/** What stands around Varnish, with servers in the places of Varnish and the balancer that show what they were asked. */
jest.setTimeout(30_000);
let bench: Bench;
let varnish: Origin;
let balancer: Server;
let proxy: HaproxyServer;
let agent: Agent;
let outward: Address;
let ports: { http: number; https: number };
const atBalancer: Record<string, unknown>[] = [];

beforeAll(async () => {
  bench = openBench(70);
  varnish = new Origin(bench.addresses.take('cdn', 6081));
  varnish.answer = () => ({ body: 'varnish' });
  await varnish.open();
  outward = bench.addresses.take('cdn', 6082);
  const certificate = bench.authority.issue('edge', ['localhost', '127.0.0.1']);
  balancer = createServer(
    { cert: readFileSync(certificate.certificate), key: readFileSync(certificate.key) },
    (asked, answer) => {
      atBalancer.push({ ...asked.headers, url: asked.url, name: asked.headers.host });
      answer.end('balancer');
    },
  );
  const [http, https, port] = await Promise.all([freePort(), freePort(), freePort()]);
  ports = { http, https };
  await new Promise<void>((resolve) => balancer.listen(port, '127.0.0.1', resolve));
  agent = new Agent({ connect: { ca: readFileSync(bench.authority.file, 'utf8') } });
  proxy = new HaproxyServer({
    supervisor: bench.supervisor,
    events: bench.events,
    name: 'edge',
    resource: 'aws_cloudfront_distribution.cdn',
    render: (socket) =>
      edgeProxy(
        {
          host: '127.0.0.1',
          httpPort: http,
          httpsPort: https,
          origin: `https://localhost:${https}`,
          tlsBundle: certificate.bundle,
          caFile: bench.authority.file,
          varnish: varnish.address,
          headers: ['Save-Data'],
          outward,
          balancer: { host: '127.0.0.1', port },
          balancerName: 'localhost',
          check: { path: '/', interval: 1, threshold: 2 },
        },
        socket,
      ),
  });
  await proxy.start();
}, 60_000);

afterAll(async () => {
  await proxy?.stop();
  await agent?.close();
  await varnish?.close();
  balancer?.closeAllConnections();
  await new Promise((resolve) => (balancer ? balancer.close(resolve) : resolve(undefined)));
  await bench?.close();
}, 30_000);

const viewer = (headers: Record<string, string> = {}, method: 'GET' | 'PURGE' = 'GET', secure = true) =>
  request(`${secure ? 'https' : 'http'}://localhost:${secure ? ports.https : ports.http}/p/1?a=b`, {
    method,
    headers,
    ...(secure ? { dispatcher: agent } : {}),
  });
const SENT = { 'save-data': 'on', authorization: 'Bearer x', 'accept-language': 'de', 'x-cdn-stale': '1' };

test('ends TLS, and lets in what a key can name and nothing else', async () => {
  const answer = await viewer(SENT);
  expect(await answer.body.text()).toBe('varnish');
  const { headers } = varnish.asked.find(({ url }) => url === '/p/1?a=b')!;
  expect(headers).toMatchObject({
    'save-data': 'on',
    'x-cdn-protocol': 'https',
    'x-forwarded-for': '127.0.0.1',
  });
  for (const name of ['authorization', 'accept-language', 'x-cdn-stale'])
    expect(headers).not.toHaveProperty(name);
});

test('says over which protocol a viewer came', async () => {
  await (await viewer({ 'x-cdn-protocol': 'https' }, 'GET', false)).body.dump();
  expect(varnish.asked.at(-1)?.headers['x-cdn-protocol']).toBe('http');
});

test('takes no PURGE from a viewer', async () => {
  expect((await viewer({}, 'PURGE')).statusCode).toBe(403);
});

test('leads Varnish to the balancer by TLS, under the name of the origin', async () => {
  const answer = await request(`http://${outward.host}:${outward.port}/v1/posts/1`, {
    headers: { host: 'api.example.com', 'x-cdn-url': '/v1/posts/1' },
  });
  expect(await answer.body.text()).toBe('balancer');
  expect(atBalancer.at(-1)).toMatchObject({ name: 'api.example.com', url: '/v1/posts/1' });
  expect(atBalancer.at(-1)).not.toHaveProperty('x-cdn-url');
});

test('while Varnish is gone the balancer gets its viewers with all that they send, and Varnish gets them back', async () => {
  await varnish.close();
  const body = async () => (await viewer(SENT)).body.text();
  await waitFor('the balancer to take its place', async () => (await body()) === 'balancer');
  expect(atBalancer.at(-1)).toMatchObject({
    authorization: 'Bearer x',
    'accept-language': 'de',
    url: '/p/1?a=b',
  });
  await varnish.open();
  await waitFor('Varnish to be back', async () => (await body()) === 'varnish');
});
