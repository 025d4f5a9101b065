import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { freePort } from '../support/ports';
import { waitFor } from '../support/wait';

describe("the image's drain", () => {
  const ADDRESS = 'http://169.254.169.254';
  let folder: string;
  let metadata: Server;
  let port: number;
  const items = new Map<string, string>();
  /** Items that were asked for. */
  let asked = 0;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tiers-drain-'));
    port = await freePort();
    // Metadata of version 2: nothing without a token that was asked for with PUT.
    metadata = createServer((request, response) => {
      if (request.method === 'PUT' && request.url === '/latest/api/token')
        return void response.end('a-token');
      const item = items.get((request.url ?? '').replace('/latest/meta-data/', ''));
      asked += 1;
      const known = request.headers['x-aws-ec2-metadata-token'] === 'a-token';
      response.statusCode = !known ? 401 : item === undefined ? 404 : 200;
      response.end(item);
    });
    await new Promise<void>((done) => metadata.listen(port, '127.0.0.1', done));
    const units = readFileSync(resolve(__dirname, '../../image/components/units.yml'), 'utf8');
    const file = (path: string): string => {
      const steps = (parse(units) as { phases: { steps: { inputs: unknown }[] }[] }).phases.flatMap(
        (phase) => phase.steps,
      );
      const all = steps.flatMap(({ inputs }) =>
        Array.isArray(inputs) ? (inputs as { path: string; content: string }[]) : [],
      );
      const { content } = all.find((one) => one.path === path)!;
      return content
        .replaceAll(ADDRESS, `http://127.0.0.1:${port}`)
        .replaceAll('/usr/local/lib/tiers', folder)
        .replace('sleep 2', 'sleep 0.1');
    };
    writeFileSync(join(folder, 'metadata'), file('/usr/local/lib/tiers/metadata'));
    writeFileSync(join(folder, 'drain'), file('/usr/local/lib/tiers/drain'));
    writeFileSync(join(folder, 'systemctl'), `#!/bin/bash\necho "$@" > ${folder}/stopped\n`);
    for (const name of ['metadata', 'drain', 'systemctl']) chmodSync(join(folder, name), 0o755);
  });
  afterAll(() => {
    metadata.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ['a Spot notice', 'spot/instance-action', '{"action":"terminate","time":"2030-01-01T00:00:00Z"}'],
    ['the end that the group has chosen', 'autoscaling/target-lifecycle-state', 'Terminated'],
  ])('stops the worker on %s, and not before', async (_name, item, value) => {
    items.clear();
    asked = 0;
    items.set('autoscaling/target-lifecycle-state', 'InService');
    rmSync(join(folder, 'stopped'), { force: true });
    const path = `${folder}:${process.env['PATH'] ?? ''}`;
    const drain = spawn(join(folder, 'drain'), { env: { PATH: path } });
    await waitFor('the first look', () => asked > 3);
    expect([drain.exitCode, existsSync(join(folder, 'stopped'))]).toEqual([null, false]);
    items.set(item, value);
    await new Promise((done) => drain.on('exit', done));
    expect(readFileSync(join(folder, 'stopped'), 'utf8').trim()).toBe(
      'stop tiers-worker.service tiers-transcode*',
    );
  });
});
