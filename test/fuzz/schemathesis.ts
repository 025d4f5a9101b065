import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const PROGRAM = join(ROOT, '.venv/bin/schemathesis');

/** Random requests to one operation in one round; schemathesis makes as many again on purpose, out of the schema. */
const EXAMPLES = 60;

/**
 * Left out: `positive_data_acceptance`, as a key used before and a row that is not there are refused whatever the schema says;
 * `unsupported_method`, as Node.js answers methods it does not know with 400 by itself.
 */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'response_headers_conformance',
  'negative_data_rejection',
  'missing_required_header',
  'ignored_auth',
  'use_after_free',
  'tells_nothing_of_the_inside',
];

interface Report {
  readonly operations: { readonly selected: number; readonly tested: number };
  readonly test_cases: { readonly generated: number };
  readonly failures: readonly unknown[];
  readonly errors: readonly unknown[];
}

export interface Fuzzed {
  readonly requests: number;
  readonly operations: number;
  /** What failed, as schemathesis tells it; empty when nothing did. */
  readonly failures: string;
}

/** These end the session that they are sent with, and would leave nothing but 401 for all that comes after. */
const ENDING = ['DELETE /v1/sessions', 'POST /v1/users/me/revoke'];
const names = (option: string): string[] => ENDING.flatMap((name) => [option, name]);

/** One round; the seed decides what is sent. */
async function round(url: string, token: string, seed: number, chosen: readonly string[]): Promise<Fuzzed> {
  const folder = mkdtempSync(join(tmpdir(), 'tiers-fuzz-'));
  const report = join(folder, 'report.json');
  const args = [
    ...['run', `${url}/openapi.json`, '--header', `Authorization: Bearer ${token}`],
    ...['--checks', CHECKS.join(','), '--phases', 'coverage,fuzzing,stateful', '--continue-on-failure'],
    ...chosen,
    ...['--max-examples', String(EXAMPLES), '--seed', String(seed), '--generation-database', 'none'],
    ...['--report', 'json', '--report-json-path', report, '--no-color', '--warnings', 'off'],
  ];
  try {
    const output = await new Promise<string>((done) => {
      const env = { ...process.env, SCHEMATHESIS_HOOKS: join(__dirname, 'checks.py') };
      execFile(PROGRAM, args, { cwd: folder, env, maxBuffer: 1 << 26 }, (_error, stdout, stderr) =>
        done(stdout + stderr),
      );
    });
    if (!existsSync(report)) throw new Error(`schemathesis wrote no report:\n${output.slice(-4000)}`);
    const { operations, test_cases, failures, errors } = JSON.parse(readFileSync(report, 'utf8')) as Report;
    const bad = failures.length + errors.length > 0 || operations.tested < operations.selected;
    return {
      requests: test_cases.generated,
      operations: operations.tested,
      failures: bad ? output.slice(-8000) : '',
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rounds until at least so many requests were sent, or something failed. */
export async function fuzz(url: string, signIn: () => Promise<string>, requests: number): Promise<Fuzzed> {
  let all: Fuzzed = { requests: 0, operations: 0, failures: '' };
  for (let seed = 1; all.requests < requests && all.failures === ''; seed += 1) {
    const most = await round(url, await signIn(), seed, names('--exclude-name'));
    const ending = await round(url, await signIn(), seed, names('--include-name'));
    all = {
      requests: all.requests + most.requests + ending.requests,
      operations: most.operations + ending.operations,
      failures: most.failures + ending.failures,
    };
  }
  return all;
}
