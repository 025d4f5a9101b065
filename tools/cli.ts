import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { runCompare } from './compare';
import { cost } from './cost';
import { deadLettersCommand } from './dead-letters/command';
import { regionCommand } from './region/command';
import { switchesCommand } from './switches/command';
import { defaultAddressMode, type AddressMode } from './twin/address-plan';
import { defaultSettings } from './twin/settings';
import { up } from './twin/up';
import { planWhole } from './whole-plan';

const projectFolder = resolve(__dirname, '..');

function whole(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`allowed: a whole number from ${low} to ${high}.`);
  };
}

interface UpFlags {
  readonly check: boolean;
  readonly deployment: string;
  readonly synth: boolean;
  readonly addressMode: AddressMode;
  readonly addressBlock: number;
  readonly portOffset: number;
  readonly failoverDelay: number;
  readonly runFolder?: string;
  readonly synthesized?: string;
  readonly region?: string;
}

interface PlanFlags {
  readonly environment: string;
  readonly run: boolean;
  readonly synth: boolean;
  readonly synthesized: string;
}

interface CostFlags {
  readonly deployment?: string;
  readonly json: boolean;
  readonly into?: string;
  readonly synth: boolean;
  readonly synthesized: string;
}

async function main(): Promise<void> {
  const program = new Command('tiers').description(
    'Runs, plans, prices, compares and checks what was synthesized; adds regions to deployments',
  );
  program
    .command('up')
    .description('run the deployment until Ctrl-C')
    .option('--check', 'start, run the contract tests, print one line of JSON, stop', false)
    .option('--deployment <environment>', 'environment to run', 'local')
    .option('--region <name>', 'which one of several regions is run')
    .option('--no-synth', 'run what is synthesized already')
    .addOption(
      new Option('--address-mode <mode>', 'an address for each instance, or 127.0.0.1 with a port for each')
        .choices(['address-each', 'port-each'])
        .default(defaultAddressMode()),
    )
    .option('--address-block <x>', 'the x of the addresses 127.x.y.z', whole(1, 254), 1)
    .option('--port-offset <n>', 'added to the ports of the load balancer', whole(0, 60_000), 8000)
    .option('--failover-delay <ms>', 'added to every database failover', whole(0, 600_000), 0)
    .option('--run-folder <path>', 'where logs and state go (default: .twin)')
    .option('--synthesized <path>', "cdktf's output directory (default: cdktf.out)")
    .action(async (flags: UpFlags) => {
      const defaults = defaultSettings(projectFolder, flags.deployment, flags.addressMode);
      await up({
        check: flags.check,
        asSynthesized: !flags.synth,
        settings: {
          ...defaults,
          region: flags.region,
          runFolder: resolve(flags.runFolder ?? defaults.runFolder),
          synthesized: resolve(flags.synthesized ?? defaults.synthesized),
          addressBlock: flags.addressBlock,
          portOffset: flags.portOffset,
          failoverDelayMs: flags.failoverDelay,
        },
      });
    });
  program
    .command('plan')
    .description(
      'write all stacks of an environment as one configuration that can be planned before any of it exists',
    )
    .requiredOption('--whole', 'all stacks at once; for one stack: npx cdktf diff <stack>')
    .option('--environment <name>', 'environment to plan', 'production')
    .option('--run', 'run terraform init and terraform plan on it', false)
    .option('--no-synth', 'read what is synthesized already')
    .option('--synthesized <path>', "cdktf's output directory", 'cdktf.out')
    .action(async ({ environment, run, synth, synthesized }: PlanFlags) => {
      const project = synth ? projectFolder : undefined;
      await planWhole({ environment, run, project, synthesized: resolve(synthesized) });
    });
  program
    .command('cost')
    .description('what the synthesized deployments cost in a month in which nobody uses them')
    .option('--deployment <name>', 'production/us-east-1, or production for all its regions (default: all)')
    .option('--json', 'print JSON in place of tables', false)
    .option('--into <file>', 'write the tables between the markers of a Markdown file')
    .option('--no-synth', 'read what is synthesized already')
    .option('--synthesized <path>', "cdktf's output directory", 'cdktf.out')
    .action(async ({ synth, synthesized, ...flags }: CostFlags) => {
      const project = synth ? projectFolder : undefined;
      await cost({ ...flags, project, synthesized: resolve(synthesized) });
    });
  program
    .command('compare')
    .description(
      'what becomes of everything that holds data when one synthesis follows another; exit status 1 on a loss',
    )
    .argument('<before>', "cdktf's output directory of what is deployed, or a file of releases/")
    .argument('<after>', "cdktf's output directory of what comes next")
    .option('--environment <name>', 'environment to look at (default: all)')
    .option('--json', 'print JSON in place of lines', false)
    .action((before: string, after: string, flags: { environment?: string; json: boolean }) => {
      runCompare({ before: resolve(before), after: resolve(after), ...flags });
    });
  program.addCommand(regionCommand());
  program.addCommand(deadLettersCommand());
  program.addCommand(switchesCommand());
  await program.parseAsync();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
