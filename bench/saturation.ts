import { spawn, type ChildProcess } from 'node:child_process';
import { createPublicKey, randomUUID, type JsonWebKey } from 'node:crypto';
import { join, resolve } from 'node:path';
import { Bench } from '../test/support/bench';
import { freePort } from '../test/support/ports';
import { waitFor } from '../test/support/wait';
import { median, saturate, type Load } from './load';
import { record } from './record';

const ROOT = resolve(__dirname, '..');
const ROUNDS = 5;
const SECONDS = 6;

/** A server on the first processor, which it has for itself; what it prints goes nowhere. */
async function serve(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  answers: string,
): Promise<ChildProcess> {
  const child = spawn('taskset', ['-c', '0', process.execPath, ...args], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await waitFor(`${args.at(-1)} to answer`, async () => {
    if (child.exitCode !== null) throw new Error(`${args.at(-1)} ended with ${child.exitCode}`);
    return (await fetch(answers)).ok;
  });
  return child;
}

interface Signed {
  readonly token: string;
}

async function post<T>(url: string, body: unknown, token?: string): Promise<T> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (answer.status !== 201) throw new Error(`POST ${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/**
 * The rate at which one process saturates one processor with cached reads, beside a bare Fastify route that verifies a token, asks Valkey once and
 * writes a line, and beside an empty one; in turns, so that what else the machine does hits all.
 */
async function run(): Promise<void> {
  const bench = await Bench.start({ replicas: 1 });
  const started: ChildProcess[] = [];
  try {
    const [port, barePort, keepingPort] = [await freePort(), await freePort(), await freePort()];
    const [url, bare, keeping] = [port, barePort, keepingPort].map((one) => `http://127.0.0.1:${one}`) as [
      string,
      string,
      string,
    ];
    const env = bench.environment({ PORT: String(port), API_BASE_URL: url });
    started.push(await serve([join(ROOT, 'dist/service/api.js')], env, `${url}/healthz`));
    const { token } = await post<Signed>(`${url}/v1/users`, {
      name: randomUUID().slice(0, 23),
      password: randomUUID(),
    });
    const written = await post<{ post: { id: string } }>(`${url}/v1/posts`, { text: 'x'.repeat(200) }, token);
    const { keys } = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: JsonWebKey[] };
    const publicKey = createPublicKey({ key: keys[0]!, format: 'jwk' }).export({
      format: 'pem',
      type: 'spki',
    });
    await bench.valkey.with((client) => client.set(`bare:${written.post.id}`, JSON.stringify(written)));
    const surroundings = {
      ...{ VALKEY_PORT: String(bench.valkey.port), PUBLIC_KEY: String(publicKey) },
      ...{ ISSUER: env.WEB_ORIGIN, NODE_ENV: 'production', PATH: process.env.PATH },
    };
    const register = ['--require', join(ROOT, 'scripts/register.cjs')];
    for (const [at, extra] of [
      [bare, { PORT: String(barePort) }],
      [keeping, { PORT: String(keepingPort), VERIFIED_TOKENS: '10000' }],
    ] as const) {
      const all = { ...surroundings, ...extra };
      started.push(await serve([...register, join(__dirname, 'bare.ts')], all, `${at}/empty`));
    }

    const routes = {
      cached: `${url}/v1/posts/${written.post.id}`,
      bare: `${bare}/bare/${written.post.id}`,
      keeping: `${keeping}/bare/${written.post.id}`,
      empty: `${bare}/empty`,
    };
    for (const route of Object.values(routes)) saturate(route, token, 2);
    const rounds = Array.from({ length: ROUNDS }, () => ({
      cached: saturate(routes.cached, token, SECONDS),
      bare: saturate(routes.bare, token, SECONDS),
      keeping: saturate(routes.keeping, token, SECONDS),
      empty: saturate(routes.empty, token, SECONDS),
    }));
    const failed = rounds.flatMap((round) => Object.values(round)).filter((load) => load.failed > 0);
    if (failed.length > 0) throw new Error(`${failed[0]!.failed} answers were no success; nothing was kept`);
    const over = (pick: (round: (typeof rounds)[number]) => number): number => median(rounds.map(pick));
    const rate = (name: keyof typeof routes): string =>
      `${Math.round(over((round) => round[name].rate))} a second`;
    const times = ({ p50, p99 }: Load): string => `${p50.toFixed(1)} / ${p99.toFixed(1)} ms`;
    record('saturation', 'npm run bench:saturation', [
      { what: 'cached read of a post with a token, one process on one processor', value: rate('cached') },
      { what: 'bare Fastify route with a token, one GET in Valkey and a line', value: rate('bare') },
      {
        what: 'the same, remembering tokens that it has verified, as the service does',
        value: rate('keeping'),
      },
      { what: 'empty Fastify route', value: rate('empty') },
      {
        what: 'cached read to bare route',
        value: over(({ cached, bare: other }) => cached.rate / other.rate).toFixed(2),
      },
      {
        what: 'cached read to bare route that remembers tokens',
        value: over(({ cached, keeping: other }) => cached.rate / other.rate).toFixed(2),
      },
      {
        what: 'cached read to empty route',
        value: over(({ cached, empty }) => cached.rate / empty.rate).toFixed(2),
      },
      { what: 'cached read saturated, p50 / p99 of the last round', value: times(rounds.at(-1)!.cached) },
    ]);
  } finally {
    for (const child of started) child.kill('SIGKILL');
    await bench.stop();
  }
}

void run().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
