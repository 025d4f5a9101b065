import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { synthesized } from './support';
import { TwinRun } from './twin-run';

/** `make up CHECK=1` runs this command: start, contract tests, one line of JSON, stop. */
const seconds = z.number().positive();
const report = z.strictObject({
  deployment: z.literal('local'),
  startSeconds: z.strictObject({
    checks: seconds,
    aws: seconds,
    database: seconds,
    cache: seconds,
    'load-balancer': seconds,
    fleets: seconds,
    cdn: seconds,
  }),
  servingAfterSeconds: seconds,
  contractTests: z.strictObject({ passed: z.number(), failed: z.number(), total: z.number().min(50) }),
  passed: z.boolean(),
});

test('the contract holds against the running tiers, and the answer is one line of JSON', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiers-test-check-'));
  const plan = synthesized(join(folder, 'plan'), 'local');
  const run = new TwinRun({
    runFolder: join(folder, 'run'),
    block: 67,
    offset: 9850,
    plan,
    more: ['--check'],
  });
  try {
    expect(await run.ended).toBe(0);
    expect(run.output().trimEnd().split('\n')).toHaveLength(1);
    const { contractTests, passed } = report.parse(JSON.parse(run.output()));
    expect(contractTests).toMatchObject({ failed: 0, passed: contractTests.total });
    expect(passed).toBe(true);
  } finally {
    await run.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}, 300_000);
