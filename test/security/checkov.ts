import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import execa from 'execa';
import { z } from 'zod';
import { ROOT } from '../repository/support/root';

/** A check that a resource of a stack does not pass. */
export interface FailedCheck {
  readonly check: string;
  readonly name: string;
  /** `<stack>:<address>`; checkov gives some addresses as `resource.<name>`, without the type. */
  readonly resource: string;
}

export interface CheckovRun {
  readonly version: string;
  readonly passed: number;
  readonly failed: readonly FailedCheck[];
}

const reported = z.object({
  summary: z.object({
    passed: z.number(),
    failed: z.number(),
    parsing_errors: z.number(),
    checkov_version: z.string(),
  }),
  results: z.object({
    failed_checks: z.array(
      z.object({
        check_id: z.string(),
        check_name: z.string(),
        file_path: z.string(),
        resource: z.string(),
      }),
    ),
  }),
});

/** Without files that it reads checkov answers with totals of zero, and no list. */
const nothing = z.object({ passed: z.number(), failed: z.number(), checkov_version: z.string() });

/** checkov reads cdktf's output by this framework only; by any other it finds no file and says nothing. */
const ARGUMENTS = [
  '--framework',
  'terraform_json',
  '--compact',
  '--quiet',
  '--skip-download',
  '--output',
  'json',
];

/** Runs checkov on a folder of synthesized stacks, without the network. Throws where a file could not be read. */
export async function runCheckov(stacks: string): Promise<CheckovRun> {
  const program = join(ROOT, '.venv/bin/checkov');
  if (!existsSync(program)) throw new Error(`${program} is not there; run: make setup`);
  const { stdout, stderr, exitCode } = await execa(program, ['--directory', stacks, ...ARGUMENTS], {
    // Severities would be asked for over the network.
    env: { BC_SKIP_MAPPING: 'TRUE', LOG_LEVEL: 'ERROR' },
    reject: false,
  });
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`checkov ended with ${exitCode}: ${stderr}`);
  const answer: unknown = JSON.parse(stdout);
  const none = nothing.safeParse(answer);
  if (none.success) return { version: none.data.checkov_version, passed: none.data.passed, failed: [] };
  const { summary, results } = reported.parse(answer);
  if (summary.parsing_errors > 0) throw new Error(`checkov could not read ${summary.parsing_errors} files`);
  return {
    version: summary.checkov_version,
    passed: summary.passed,
    failed: results.failed_checks.map(({ check_id: check, check_name: name, file_path, resource }) => ({
      check,
      name,
      resource: `${basename(dirname(file_path))}:${resource}`,
    })),
  };
}
