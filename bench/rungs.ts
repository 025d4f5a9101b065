import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { record, type Figure } from './record';

const ROOT = resolve(__dirname, '..');
/** One rung for each kind of tier that the service may have to do without. */
const RUNGS = [
  '02-separate-data-tier',
  '05-cache',
  '07-stateless-web-tier',
  '09-message-queue',
  '11-sharded-database',
];
/** From here on there are two regions, of which the twin runs one. */
const SEVERAL_REGIONS = 8;

interface Checked {
  readonly servingAfterSeconds: number;
  readonly contractTests: { readonly passed: number; readonly total: number };
  readonly passed: boolean;
}

/** `tiers up --check` of a rung: the line it prints, whatever came of it. */
function check(rung: string): Promise<Checked> {
  const region = Number(rung.slice(0, 2)) >= SEVERAL_REGIONS ? ['--region', 'us-east-1'] : [];
  const args = ['up', '--check', '--deployment', `ladder/${rung}`, ...region];
  return new Promise((done, refuse) => {
    execFile(resolve(ROOT, 'bin/tiers'), args, { cwd: ROOT, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const checked = stdout === '' ? undefined : (JSON.parse(stdout) as Checked);
      if (checked?.passed) done(checked);
      else refuse(new Error(`${rung}: ${stdout}${stderr.slice(-4000)}`, { cause: error }));
    });
  });
}

/** The contract tests in the twin on rungs of the ladder, all with the service as it is built: an absent tier is not used. */
async function run(): Promise<void> {
  const figures: Figure[] = [];
  for (const rung of RUNGS) {
    const { contractTests, servingAfterSeconds } = await check(rung);
    const value = `${contractTests.passed} of ${contractTests.total}, serving after ${servingAfterSeconds.toFixed(1)} s`;
    figures.push({ what: `contract tests passed on ${rung}`, value });
    console.log(`${rung}: ${value}`);
  }
  record('rungs', 'npm run bench:rungs', figures);
}

void run().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
