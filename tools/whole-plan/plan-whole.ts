import path from 'node:path';
import execa from 'execa';
import { readStacks } from '../topology';
import { mergeStacks } from './merge';
import { prove } from './prove';
import { writeWholePlan } from './write';

export interface PlanWholeOptions {
  /** cdktf's output directory. */
  readonly synthesized: string;
  /** Environment whose stacks are merged. */
  readonly environment: string;
  /** Checkout whose deployments are synthesized first; without one, what is synthesized already is read. */
  readonly project?: string;
  /** Runs `terraform init` and `terraform plan` on what was written. */
  readonly run: boolean;
}

const PLAN_FILE = 'whole.tfplan';

/**
 * Writes one configuration for all stacks of an environment to `<synthesized>/whole/<environment>`, proves that it says
 * what the stacks say, and tells or runs the commands that plan it. Relative paths of the stacks stay right, as the folder
 * lies as deep as theirs. @throws when a stack is not understood, or Terraform fails
 */
export async function planWhole({ synthesized, environment, project, run }: PlanWholeOptions): Promise<void> {
  if (project !== undefined)
    await execa('npm', ['run', '--silent', 'synth', '--', environment], { cwd: project, stderr: 'inherit' });
  const stacks = readStacks(synthesized, (name) => name.startsWith(`${environment}-`));
  if (stacks.length === 0)
    throw new Error(
      `${synthesized}: no stack of the environment ${environment} is synthesized here; run npm run synth -- ${environment} first`,
    );
  const whole = mergeStacks(stacks);
  const proof = prove(whole, stacks);
  const folder = path.join(synthesized, 'whole', environment);
  writeWholePlan(whole, folder);
  const shown = path.relative(process.cwd(), folder);
  process.stderr.write(
    `${shown}: ${proof.resources} resources of ${proof.stacks} stacks, ${proof.references} values between them; ` +
      'each is what its stack says.\n',
  );
  const steps = [
    ['init', '-input=false'],
    ['plan', '-input=false', '-lock=false', `-out=${PLAN_FILE}`],
  ];
  if (!run) {
    const commands = steps.map((step) => `  terraform -chdir=${shown} ${step.join(' ')}\n`).join('');
    process.stderr.write(`Plan it with credentials of the account, or with --run:\n${commands}`);
    return;
  }
  for (const step of steps) await terraform(folder, step);
}

async function terraform(folder: string, step: readonly string[]): Promise<void> {
  try {
    await execa('terraform', [`-chdir=${folder}`, ...step], { stdio: 'inherit' });
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const message = missing
      ? 'terraform is not on the PATH; install Terraform 1.11 or later'
      : `terraform ${step[0]} failed; see above`;
    throw new Error(message, { cause });
  }
}
