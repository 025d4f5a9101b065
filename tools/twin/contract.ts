import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Supervisor } from './process/supervisor';

const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numTotalTests: z.number(),
  numFailedTestSuites: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

export interface ContractResult {
  readonly passed: number;
  readonly failed: number;
  readonly total: number;
  /** Of each failed test, or suite that did not run, what it said. */
  readonly failures: readonly string[];
}

export interface ContractTarget {
  readonly baseUrl: string;
  readonly caFile: string;
  /** For looking at stored rows; the tests leave that out without it. */
  readonly databaseUrl: string | undefined;
}

/** Runs the contract tests of the service against a running address. @throws if there is no report of them */
export async function runContractTests(
  supervisor: Supervisor,
  projectFolder: string,
  target: ContractTarget,
): Promise<ContractResult> {
  const report = join(supervisor.folder, 'contract.json');
  rmSync(report, { force: true });
  const started = await supervisor.start({
    name: 'contract-tests',
    command: process.execPath,
    args: [
      join(projectFolder, 'node_modules', 'jest', 'bin', 'jest.js'),
      ...['--config', join(projectFolder, 'jest.contract.config.js'), '--json', `--outputFile=${report}`],
    ],
    cwd: projectFolder,
    env: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: process.env['HOME'] ?? '/',
      BASE_URL: target.baseUrl,
      CONTRACT_CA_FILE: target.caFile,
      ...(target.databaseUrl === undefined ? {} : { CONTRACT_DATABASE_URL: target.databaseUrl }),
    },
  });
  await started.exited;
  if (!existsSync(report))
    throw new Error(`the contract tests left no report: ${started.endReason()}\n${started.lastLines()}`);
  const {
    numPassedTests: passed,
    numFailedTests,
    numTotalTests: total,
    testResults,
    numFailedTestSuites,
  } = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
  const failures = testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    if (failed.length === 0)
      return assertionResults.length === 0 && message !== '' ? [`${name}: ${message}`] : [];
    return failed.map(
      ({ fullName, failureMessages }) => `${fullName}: ${(failureMessages ?? []).join('\n')}`,
    );
  });
  // A suite that can't be loaded has no failed test, and is a failure all the same.
  const failed = Math.max(
    numFailedTests,
    Math.min(numFailedTestSuites, failures.length),
    total === 0 ? 1 : 0,
  );
  return { passed, failed, total, failures };
}
