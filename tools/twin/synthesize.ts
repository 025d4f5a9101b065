import type { Supervisor } from './process/supervisor';

/** Runs `npm run synth -- <environment>` in the checkout. @throws with the output if it fails */
export async function synthesize(
  supervisor: Supervisor,
  projectFolder: string,
  environment: string,
): Promise<void> {
  const started = await supervisor.start({
    name: 'synth',
    command: 'npm',
    args: ['run', '--silent', 'synth', '--', environment],
    cwd: projectFolder,
    env: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: process.env['HOME'] ?? '/',
      CHECKPOINT_DISABLE: '1',
      DISABLE_VERSION_CHECK: '1',
      FORCE_COLOR: '0',
    },
  });
  const { code } = await started.exited;
  if (code === 0) return;
  throw new Error(
    `\`npm run synth -- ${environment}\` failed: ${started.endReason()}\n${started.lastLines(40)}`,
  );
}
