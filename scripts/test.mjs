// Type check, lint, build, then jest, each run even if one before it failed; the totals at the end count a gate as one.
// Arguments go to jest. The totals are also left in .cache/test/totals for .ci/run.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { count, line } from './test-totals.mjs';

const folder = '.cache/test';
const report = `${folder}/jest.json`;
const jest = ['jest', '--maxWorkers=2', '--json', `--outputFile=${report}`, ...process.argv.slice(2)];
const gates = [
  ['typecheck', 'npm', ['run', '--silent', 'typecheck']],
  ['lint', 'npm', ['run', '--silent', 'lint']],
  ['build', 'npm', ['run', '--silent', 'build']],
];

/** Runs a command with its standard output on standard error (jest prints its JSON report there too), true if it ended with 0. */
function run(command, args, stdout) {
  return spawnSync(command, args, { stdio: ['ignore', stdout, 'inherit'] }).status === 0;
}

function readReport() {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return undefined;
  }
}

mkdirSync(folder, { recursive: true });
rmSync(report, { force: true });
const outcomes = gates.map(([name, command, args]) => {
  const started = Date.now();
  const passed = run(command, args, 'inherit');
  console.log(`${name}: ${passed ? 'passed' : 'failed'} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return passed;
});
const jestPassed = run('npx', jest, 'ignore');
const totals = count(outcomes, readReport(), jestPassed);
for (const note of totals.notes) console.log(note);
writeFileSync(`${folder}/totals`, `${line(totals)}\n`);
console.log(line(totals));
process.exitCode = totals.failed === 0 && totals.passed > 0 ? 0 : 1;
