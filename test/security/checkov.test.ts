import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import execa from 'execa';
import { ROOT } from '../repository/support/root';
import { runCheckov, type CheckovRun } from './checkov';
import { EXCEPTIONS, hold, MOST_EXCEPTIONS, parseExceptions } from './exceptions';

const FEWEST_CHECKS = 500;
const folder = mkdtempSync(join(tmpdir(), 'tiers-checkov-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('checkov on production', () => {
  let run: CheckovRun;
  beforeAll(async () => {
    const out = join(folder, 'production');
    mkdirSync(out);
    await execa('npm', ['run', '--silent', 'synth', '--', 'production'], {
      cwd: ROOT,
      env: { CDKTF_OUTDIR: out },
    });
    run = await runCheckov(join(out, 'stacks'));
  }, 180_000);

  test('is the version of requirements-test.txt, and runs more than 500 checks', () => {
    expect(readFileSync(join(ROOT, 'requirements-test.txt'), 'utf8')).toContain(`checkov==${run.version}\n`);
    expect(run.passed + run.failed.length).toBeGreaterThan(FEWEST_CHECKS);
  });

  test('passes every check that no exception covers', () => {
    expect(hold(run.failed, EXCEPTIONS).uncovered).toEqual([]);
  });

  test('needs every exception', () => {
    expect(hold(run.failed, EXCEPTIONS).idle).toEqual([]);
  });
});

describe('the exceptions', () => {
  const found = {
    check: 'CKV_AWS_18',
    name: 'logging',
    resource: 'production-edge:aws_s3_bucket.logs_bucket',
  };
  const entry = {
    check: 'CKV_AWS_18',
    resources: '^production-edge:aws_s3_bucket\\.',
    reason: 'x'.repeat(80),
  };
  const parsed = parseExceptions(JSON.stringify([entry]));

  test('cover a check on the resources that they name, and nothing else', () => {
    const elsewhere = { ...found, resource: 'production-global:aws_s3_bucket.logs_bucket' };
    const another = { ...found, check: 'CKV_AWS_19' };
    expect(hold([found, elsewhere, another], parsed)).toEqual({ uncovered: [elsewhere, another], idle: [] });
    expect(hold([elsewhere], parsed)).toEqual({ uncovered: [elsewhere], idle: parsed });
  });

  test('are few, each with a reason', () => {
    expect(() => parseExceptions(JSON.stringify(Array(MOST_EXCEPTIONS + 1).fill(entry)))).toThrow();
    expect(() => parseExceptions(JSON.stringify([{ ...entry, reason: 'accepted' }]))).toThrow();
    expect(() => parseExceptions(JSON.stringify([{ ...entry, resources: '.*' }]))).toThrow();
  });
});

test('a folder without stacks gives no check, and a bucket in the open fails some', async () => {
  const stacks = join(folder, 'careless', 'stacks');
  mkdirSync(join(stacks, 'one'), { recursive: true });
  expect(await runCheckov(stacks)).toMatchObject({ passed: 0, failed: [] });
  const bucket = { resource: { aws_s3_bucket: { open: { bucket: 'open', force_destroy: true } } } };
  writeFileSync(join(stacks, 'one', 'cdk.tf.json'), JSON.stringify(bucket));
  const { failed } = await runCheckov(stacks);
  expect(failed).toContainEqual(
    expect.objectContaining({ check: 'CKV_AWS_18', resource: 'one:aws_s3_bucket.open' }),
  );
}, 120_000);
