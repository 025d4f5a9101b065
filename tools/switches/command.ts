import { SSMClient } from '@aws-sdk/client-ssm';
import { Command, InvalidArgumentError } from 'commander';
import { FEATURES } from '../../service/aws/client-config';
import {
  describeRule,
  previousSwitches,
  readSwitches,
  withRule,
  writeSwitches,
  type Held,
  type Rule,
} from './switches';

interface Flags {
  /** Name of the parameter. */
  readonly environment: string;
}
interface RuleFlags extends Flags {
  readonly platforms?: string[];
  readonly minimumVersion?: string;
  readonly new: boolean;
}

/** Neither part of the name has a hyphen of its own (deployments/names.ts). */
function parameterOf(environment: string): string {
  const parts = environment.split('-');
  if (parts.length === 2 && parts.every((part) => /^[a-z][a-z0-9]+$/.test(part)))
    return `/${parts.join('/')}/client-config`;
  throw new InvalidArgumentError(
    'allowed: project and environment with a hyphen between, such as tiers-production.',
  );
}

/** `on`, `off`, or a share such as `25%`. */
function share(text: string): number {
  if (text === 'on') return 100;
  if (text === 'off') return 0;
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent !== undefined && Number(percent) <= 100) return Number(percent);
  throw new InvalidArgumentError('allowed: on, off, or a share of people from 0% to 100%.');
}

function ruleOf(percent: number, { platforms, minimumVersion }: RuleFlags): Rule {
  if (percent === 0) return false;
  if (percent === 100 && platforms === undefined && minimumVersion === undefined) return true;
  return {
    ...(platforms && { platforms }),
    ...(minimumVersion === undefined ? {} : { minimumVersion }),
    ...(percent === 100 ? {} : { percent }),
  };
}

/** `tiers switches`: what the service and its clients leave off, changed while they run. */
export function switchesCommand(print = (line: string) => void process.stdout.write(`${line}\n`)): Command {
  const command = new Command('switches').description(
    'list, change or put back the switches of features, with credentials and region of the environment',
  );
  const add = (name: string, description: string) =>
    command
      .command(name)
      .description(description)
      .requiredOption(
        '--environment <name>',
        'project and environment, such as tiers-production',
        parameterOf,
      );
  const store = async (client: SSMClient, name: string, before: Held, value: Held['value']) => {
    const version = await writeSwitches(client, name, before, value);
    list({ value, version, changedAt: new Date() }).forEach(print);
  };

  add('list', 'print what is switched and how').action((flags: Flags) =>
    on(flags, async (client, name) => list(await readSwitches(client, name)).forEach(print)),
  );
  add('set', 'switch a feature on or off, or on for a share of people')
    .argument('<feature>', 'name of the feature, as `list` prints it')
    .argument('<rule>', 'on, off, or a share such as 25%', share)
    .option('--platforms <names...>', 'only for clients of these platforms')
    .option('--minimum-version <version>', 'only for clients of this version or later, such as 1.2.0')
    .option('--new', 'a feature that only clients have and that was never switched before', false)
    .action((feature: string, percent: number, flags: RuleFlags) =>
      on(flags, async (client, name) => {
        const before = await readSwitches(client, name);
        const rule = ruleOf(percent, flags);
        await store(client, name, before, withRule(name, before.value, feature, rule, flags.new));
      }),
    );
  add('message', 'show a text to every user; none without a text')
    .argument('[text]')
    .action((text: string | undefined, flags: Flags) =>
      on(flags, async (client, name) => {
        const before = await readSwitches(client, name);
        await store(client, name, before, { ...before.value, message: text ?? null });
      }),
    );
  add('undo', 'put back what was before the last change; undone by doing it again').action((flags: Flags) =>
    on(flags, async (client, name) => {
      const current = await readSwitches(client, name);
      await store(client, name, current, (await previousSwitches(client, name, current)).value);
    }),
  );
  return command;
}

function list({ value, version, changedAt }: Held): string[] {
  const features = { ...Object.fromEntries(FEATURES.map((name) => [name, true])), ...value.features };
  return [
    ...Object.entries(features).map(([feature, rule]) => `${feature}: ${describeRule(rule)}`),
    ...Object.entries(value.minimumVersions).map(
      ([platform, oldest]) => `${platform}: from version ${oldest} on`,
    ),
    ...(value.message === null ? [] : [`message: ${value.message}`]),
    `version ${version}, of ${changedAt?.toISOString() ?? 'an unknown time'}`,
  ];
}

async function on(
  { environment }: Flags,
  run: (client: SSMClient, name: string) => Promise<void>,
): Promise<void> {
  // Region and credentials are those of the shell, as for the AWS CLI.
  const client = new SSMClient({});
  try {
    await run(client, environment);
  } finally {
    client.destroy();
  }
}
