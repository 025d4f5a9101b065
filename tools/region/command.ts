import { Command } from 'commander';
import { ConfigurationError } from '../../lib/errors';
import { add } from './add';
import { CheckError } from './check';
import { listRegions, table } from './list';
import { explain, planRemoval, removeFile } from './remove';

interface AddFlags {
  readonly environment: string;
  readonly cidr?: string;
  readonly zones?: readonly string[];
  readonly backups?: string;
  readonly optedIn: boolean;
  readonly check: boolean;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Says what a refused command was refused for, and that it changed nothing. */
async function guarded(outcome: string, run: () => void | Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof ConfigurationError || error instanceof CheckError)) throw error;
    process.stderr.write(`${outcome}\n${error.message}\n`);
    process.exitCode = 1;
  }
}

/** `tiers region`: regions of an environment as files in `deployments/`. */
export function regionCommand(): Command {
  const command = new Command('region').description('add, list or remove a region of an environment');
  command
    .command('add <region>')
    .description('write the file of a new region')
    .requiredOption('--environment <name>', 'folder of deployments/ that it joins')
    .option('--cidr <block>', "IPv4 block of its VPC (default: a free one of the home region's size)")
    .option('--zones <letters>', 'zones, such as a,b,c (default: three of those it has)', (text) =>
      text.split(',').map((zone) => zone.trim()),
    )
    .option('--backups <region>', 'where backups of its database are copied (default: the same continent)')
    .option('--opted-in', 'the account has enabled this region, which is disabled by default', false)
    .option(
      '--check',
      'ask AWS for zones, instance types and database class first (needs credentials)',
      false,
    )
    .action((region: string, flags: AddFlags) =>
      guarded('Nothing was written.', async () => {
        say(await add({ region, ...flags }));
      }),
    );
  command
    .command('list')
    .description('show every region of every environment')
    .option('--json', 'as JSON', false)
    .action(({ json }: { readonly json: boolean }) =>
      guarded('Nothing was listed.', () => {
        const regions = listRegions();
        say(json ? JSON.stringify(regions, null, 2) : table(regions));
      }),
    );
  command
    .command('remove <region>')
    .description('say how a region is drained and destroyed; with --yes, remove its file')
    .requiredOption('--environment <name>', 'folder of deployments/ that it leaves')
    .option('--yes', 'remove the file (it takes nothing away from AWS)', false)
    .action((region: string, { environment, yes }: { readonly environment: string; readonly yes: boolean }) =>
      guarded('Nothing was removed.', () => {
        const removal = planRemoval(region, environment);
        say(explain(removal));
        if (yes) removeFile(removal);
        say(
          `\n${yes ? `Removed ${removal.file}; AWS is as it was.` : `Nothing was removed; --yes removes ${removal.file}.`}`,
        );
      }),
    );
  return command;
}
