import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import execa from 'execa';
import { words } from './commands';
import { ROOT } from './root';
import { repositoryFiles } from './tracked';

/** Whoever added regions of their own keeps the tests: a copy has the home regions only, and documented commands add others. */
const FURTHER_REGION = /^deployments\/[a-z]+\/(?!us-east-1\.ts)[a-z]{2}(-[a-z]+)+-\d\.ts$/;

/** A copy of the repository's files, dependencies linked, in which documented commands may write. */
export class Scratch {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'tiers-commands-')));
  #stacks?: ReadonlyMap<string, string>;
  readonly #help = new Map<string, Promise<{ code: number; output: string }>>();

  constructor() {
    for (const file of repositoryFiles().filter((each) => !FURTHER_REGION.test(each))) {
      mkdirSync(dirname(join(this.root, file)), { recursive: true });
      cpSync(join(ROOT, file), join(this.root, file));
    }
    symlinkSync(join(ROOT, 'node_modules'), join(this.root, 'node_modules'));
    execa.sync('git', ['init', '--quiet'], { cwd: this.root });
  }

  async run(
    command: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ code: number; output: string }> {
    const { exitCode, all } = await execa(command, {
      cwd: this.root,
      shell: true,
      reject: false,
      all: true,
      stdin: 'ignore',
      env: { CHECKPOINT_DISABLE: '1', CI: 'true', ...env },
    });
    return { code: exitCode, output: all ?? '' };
  }

  /** A command's own help, asked for once. */
  help(command: string): Promise<{ code: number; output: string }> {
    const known = this.#help.get(command) ?? this.run(`${command} --help`);
    this.#help.set(command, known);
    return known;
  }

  /** Synthesized Terraform of every deployment, by the name of its stack; production with the bootstrap that it may have. */
  async stacks(): Promise<ReadonlyMap<string, string>> {
    if (this.#stacks) return this.#stacks;
    const settings = join(this.root, 'deployments/production/global.ts');
    const asDocumented = readFileSync(settings, 'utf8');
    writeFileSync(settings, asDocumented.replace("{ backend: 'local' }", OWN_STATE));
    // A folder of its own: commands under test write to cdktf.out.
    const { code, output } = await this.run('npm run synth', { CDKTF_OUTDIR: 'all.out' });
    writeFileSync(settings, asDocumented);
    if (code !== 0) throw new Error(`npm run synth failed: ${output}`);
    const folder = join(this.root, 'all.out/stacks');
    const text = (name: string): string => readFileSync(join(folder, name, 'cdk.tf.json'), 'utf8');
    this.#stacks = new Map(readdirSync(folder).map((name) => [name, text(name)]));
    return this.#stacks;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

const OWN_STATE =
  "{ backend: 'own', region: 'us-east-1', replicaRegion: 'us-west-2', deployers: ['arn:aws:iam::444455556666:role/pipeline'] }";

/**
 * How a documented command is shown to work. 'runs': it is run, in a scratch copy. 'runs elsewhere': `make test`
 * executes it, which the check makes sure of. 'compared': names and flags in it are compared with what exists. 'needs
 * AWS': the same, because it cannot be run without an account. A check returns the faults that it found.
 */
export interface Check {
  readonly how: 'runs' | 'runs elsewhere' | 'compared' | 'needs AWS';
  readonly matches: RegExp;
  readonly faults: (command: string, scratch: Scratch) => Promise<string[]>;
}

const makefile = readFileSync(join(ROOT, 'Makefile'), 'utf8');
const scripts = (
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
).scripts;

const runs = async (command: string, scratch: Scratch): Promise<string[]> => {
  const { code, output } = await scratch.run(command);
  return code === 0 ? [] : [`ended with ${code}: ${output.slice(-2000)}`];
};

const makeTarget = async (command: string): Promise<string[]> => {
  const [targets, settings] = [
    words(command)
      .slice(1)
      .filter((word) => !word.includes('=')),
    words(command).filter((word) => word.includes('=')),
  ];
  return [
    ...targets
      .filter((target) => !new RegExp(`^${target}:.*## `, 'm').test(makefile))
      .map((target) => `no target ${target}`),
    ...settings
      .map((setting) => setting.split('=')[0]!)
      .filter((name) => !new RegExp(`\\b${name}\\b`).test(makefile.replace(/^#.*$/gm, '')))
      .map((name) => `the Makefile reads no ${name}`),
  ];
};

/** A script of package.json that `make test` runs as a gate. */
const gate = async (command: string): Promise<string[]> => {
  const name = words(command)[2]!;
  const test = readFileSync(join(ROOT, 'scripts/test.mjs'), 'utf8');
  return name in scripts && test.includes(`'${name}'`) ? [] : [`${name} is no gate of scripts/test.mjs`];
};

/** Stack names (or patterns) and flags of a cdktf command, against the synthesized stacks and the command's own help. */
const cdktf = async (command: string, scratch: Scratch): Promise<string[]> => {
  const [, , verb, ...rest] = words(command);
  const help = await scratch.help(`npx cdktf ${verb}`);
  // Environments of one region have no links; test/stacks/links.test.ts knows that of several by this name.
  const stacks = [...(await scratch.stacks()).keys()].flatMap((stack) =>
    stack.endsWith('-edge') ? [stack, stack.replace(/edge$/, 'links')] : [stack],
  );
  const known = (name: string): boolean => {
    const pattern = new RegExp(`^${name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`);
    return stacks.some((stack) => pattern.test(stack));
  };
  const flags = rest.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0]!);
  return [
    ...(help.output.includes(`cdktf ${verb}`) ? [] : [`cdktf has no command ${verb}`]),
    ...flags.filter((flag) => !help.output.includes(flag)).map((flag) => `cdktf ${verb} has no ${flag}`),
    ...rest
      .filter((word) => !word.startsWith('-') && !known(word))
      .map((name) => `no stack ${name}: ${stacks.join(', ')}`),
  ];
};

/** Flags of a tiers command against its help. */
const tiers = async (command: string, scratch: Scratch): Promise<string[]> => {
  const [, verb, ...rest] = words(command.replace(/^npx /, ''));
  const help = await scratch.help(`./bin/tiers ${verb}`);
  const flags = rest.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0]!);
  return [
    ...(help.code === 0 ? [] : [`tiers ${verb} --help ended with ${help.code}`]),
    ...flags.filter((flag) => !help.output.includes(flag)).map((flag) => `tiers ${verb} has no ${flag}`),
  ];
};

/** What Terraform 1.11 can be told; a folder it is sent to must be a synthesized stack. */
const TERRAFORM =
  /^(init|plan|apply|destroy|validate|output|show|import|state (list|mv|rm|show|pull)|force-unlock)$/;
const terraform = async (command: string, scratch: Scratch): Promise<string[]> => {
  const [, ...rest] = words(command);
  const folder = rest.find((word) => word.startsWith('-chdir='))?.slice('-chdir='.length);
  const verbs = rest.filter((word) => !word.startsWith('-'));
  const verb = verbs[0] === 'state' ? verbs.slice(0, 2).join(' ') : (verbs[0] ?? '');
  const stack = folder?.replace(/^cdktf\.out\/stacks\//, '');
  return [
    ...(verb === '' || TERRAFORM.test(verb) ? [] : [`terraform has no command ${verb}`]),
    ...(stack === undefined || (await scratch.stacks()).has(stack) ? [] : [`no stack in ${folder}`]),
  ];
};

/** An AWS command: its shape, and that each bucket in it stands in the synthesized Terraform. */
const aws = async (command: string, scratch: Scratch): Promise<string[]> => {
  if (!/^aws [a-z0-9-]+ [a-z0-9-]+( |$)/.test(command))
    return ['not of the form: aws <service> <operation> ...'];
  const synthesized = [...(await scratch.stacks()).values()];
  const buckets = [...command.matchAll(/s3:\/\/([^/\s]+)/g)].map(([, bucket]) => bucket!);
  return buckets
    .filter((bucket) => !synthesized.some((text) => text.includes(`"${bucket}"`)))
    .map((bucket) => `no stack has a bucket ${bucket}`);
};

/** The ARN of a repository: its domain and its name stand in the synthesized Terraform. */
const packages = async (command: string, scratch: Scratch): Promise<string[]> => {
  const [, domain, repository] = /:repository\/([^/]+)\/(\S+)$/.exec(command) ?? [];
  const synthesized = [...(await scratch.stacks()).values()];
  return synthesized.some((text) => text.includes(`"${domain}"`) && text.includes(`"${repository}"`))
    ? []
    : [`no stack has a repository ${repository} in ${domain}`];
};

/** The script for plain machines, which would set this one up: its phases and options, by its own help. */
const machine = async (command: string, scratch: Scratch): Promise<string[]> => {
  await scratch.run('node scripts/machine-script.mjs --out=setup-machine.sh');
  const { code, output } = await scratch.help('bash ./setup-machine.sh');
  if (code !== 0) return [`its help ended with ${code}: ${output}`];
  return words(command)
    .slice(1)
    .filter((word, index, all) => word.startsWith('--') || !all[index - 1]?.startsWith('--'))
    .filter((word) => !output.includes(word.startsWith('--') ? `  ${word} X` : word))
    .map((word) => `it knows no ${word}`);
};

/** A request to a deployed service: its host is a record of the synthesized DNS. */
const request = async (command: string, scratch: Scratch): Promise<string[]> => {
  const hosts = [...command.matchAll(/https:\/\/([^/\s]+)/g)].map(([, host]) => host!);
  const synthesized = [...(await scratch.stacks()).values()];
  return [
    ...(hosts.length > 0 ? [] : ['names no https address']),
    ...hosts
      .filter((host) => !synthesized.some((text) => text.includes(host)))
      .map((host) => `no record ${host}`),
  ];
};

/** Runs a copy, then takes it back, so that the commands after it meet the repository as it was. */
const copies = async (command: string, scratch: Scratch): Promise<string[]> => {
  const made = join(scratch.root, words(command).at(-1)!);
  if (existsSync(made)) return [`${words(command).at(-1)} is there already`];
  const faults = await runs(command, scratch);
  rmSync(made, { recursive: true, force: true });
  return faults;
};

/** Runs a command that edits deployments, then takes back what it did. */
const edits = async (command: string, scratch: Scratch): Promise<string[]> => {
  // Asking AWS needs an account: that flag is compared with the command's help, the rest is run.
  const [asked, told] = [command.replace(' --check', ''), await scratch.help('./bin/tiers region add')];
  if (asked !== command && !told.output.includes('--check')) return ['tiers region add has no --check'];
  const [folder, kept] = [join(scratch.root, 'deployments'), join(scratch.root, 'deployments.kept')];
  cpSync(folder, kept, { recursive: true });
  // What is to be removed has to be there first.
  const [, region, environment] = / remove (\S+) --environment (\S+)/.exec(command) ?? [];
  const before = region
    ? await runs(`./bin/tiers region add ${region} --environment ${environment}`, scratch)
    : [];
  const faults = [...before, ...(await runs(asked, scratch))];
  rmSync(folder, { recursive: true });
  renameSync(kept, folder);
  return faults;
};

export const CHECKS: readonly Check[] = [
  // make test runs this very test; make up takes the machine's ports, so only its name and settings are compared here.
  { how: 'runs elsewhere', matches: /^make test$/, faults: makeTarget },
  {
    how: 'compared',
    matches: /^([A-Z]+=\S+ )*make( |$)/,
    faults: (command) => makeTarget(command.replace(/^([A-Z]+=\S+ )+/, '')),
  },
  { how: 'runs elsewhere', matches: /^npm run (build|typecheck|lint)$/, faults: gate },
  { how: 'runs', matches: /^npm run (format|package|synth)( -- [\w/-]+)*$/, faults: runs },
  { how: 'runs', matches: /^npx cdktf (synth|list)( |$)/, faults: runs },
  { how: 'runs', matches: /^npx jest \S+$/, faults: runs },
  { how: 'runs', matches: /^cp \S+ \S+$/, faults: copies },
  { how: 'runs', matches: /^\.\/bin\/tiers region (add|list|remove)( |$)/, faults: edits },
  { how: 'compared', matches: /^(npx tiers|bin\/tiers|\.\/bin\/tiers) /, faults: tiers },
  { how: 'needs AWS', matches: /^npx cdktf (diff|deploy|destroy|output) /, faults: cdktf },
  { how: 'needs AWS', matches: /^terraform /, faults: terraform },
  { how: 'needs AWS', matches: /^export (AWS_[A-Z_]+)=\S+$/, faults: async () => [] },
  { how: 'needs AWS', matches: /^curl /, faults: request },
  { how: 'needs AWS', matches: /^aws /, faults: aws },
  { how: 'needs AWS', matches: /^npm run package -- --packages /, faults: packages },
  { how: 'compared', matches: /^\.\/setup-machine\.sh /, faults: machine },
];
