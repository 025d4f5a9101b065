import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Bench } from '../support/bench';

const ROOT = resolve(__dirname, '../..');

interface Results {
  readonly numPassedTests: number;
  readonly numTotalTests: number;
  readonly testResults: { readonly message: string }[];
}

/** The contract tests against real servers without the tiers in front: what fails here is the service's own fault. */
describe('the service alone', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start({ replicas: 1 });
  }, 120_000);
  afterAll(() => bench.stop(), 60_000);

  test('keeps the contract', async () => {
    const { url } = await bench.api();
    await bench.worker();
    const run = await promisify(execFile)(
      process.execPath,
      [
        join(ROOT, 'node_modules/jest/bin/jest.js'),
        '--config',
        'jest.contract.config.js',
        '--json',
        '--runInBand',
      ],
      {
        cwd: ROOT,
        maxBuffer: 1 << 26,
        env: {
          ...process.env,
          BASE_URL: url,
          CONTRACT_DATABASE_URL: `postgresql://postgres@127.0.0.1:${bench.cluster.primary.port}/app`,
          CONTRACT_DATABASE_CA_FILE: bench.cluster.certificates.caFile,
        },
      },
    ).catch((error: { stdout: string }) => error);
    const results = JSON.parse(run.stdout) as Results;
    const failures = results.testResults
      .map((file) => file.message)
      .join('\n')
      .trim();
    expect(failures).toBe('');
    expect(results.numPassedTests).toBe(results.numTotalTests);
    expect(results.numTotalTests).toBeGreaterThan(40);
  }, 180_000);
});
