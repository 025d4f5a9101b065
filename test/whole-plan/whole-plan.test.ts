import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stackOf, type JsonObject, type Stack } from '../../tools/topology';
import { mergeStacks, prove, writeWholePlan, type WholePlan } from '../../tools/whole-plan';
import { sound } from '../safety/breaking';

const HOME = 'production-us-east-1';
const stacks = stacksOf(sound);
const whole = mergeStacks(stacks);

function stacksOf(documents: Record<string, JsonObject>): Stack[] {
  return Object.entries(documents).map(([name, document]) =>
    stackOf(name, `/plan/cdktf.out/stacks/${name}`, [], document),
  );
}

/** A value below a document, by a path with slashes, to change. */
function within(document: unknown, path: string): object {
  return path
    .split('/')
    .reduce<object>((value, key) => Reflect.get(value, key) as object, document as object);
}

/** The merged plan with one thing changed in a copy. */
function changed(change: (copy: { root: JsonObject; modules: Map<string, JsonObject> }) => void): WholePlan {
  const copy = structuredClone({ root: whole.root, modules: new Map(whole.modules) });
  change(copy);
  return copy;
}

/** The stacks with one thing changed in a copy. */
function altered(change: (copy: typeof sound) => void): Stack[] {
  const copy = structuredClone(sound);
  change(copy);
  return stacksOf(copy);
}

describe('the merged plan', () => {
  test('is proven to say what the stacks of both regions say', () => {
    const resources = Object.values(sound).flatMap(({ resource, data, ephemeral }) =>
      [resource, data, ephemeral].flatMap((block) =>
        Object.entries((block ?? {}) as Record<string, object>)
          .filter(([type]) => type !== 'terraform_remote_state')
          .flatMap(([, named]) => Object.keys(named)),
      ),
    );
    const proof = prove(whole, stacks);
    expect(proof).toMatchObject({ stacks: Object.keys(sound).length, resources: resources.length });
    expect(proof.references).toBeGreaterThan(100);
  });

  test('reads no state and names no backend; one provider for each stack, with its tags and account', () => {
    const text = JSON.stringify([whole.root, ...whole.modules.values()]);
    expect(text).not.toContain('remote_state');
    expect(text).not.toContain('backend');
    const { aws } = whole.root.provider as {
      aws: { alias: string; default_tags: [{ tags: { Stack: string } }] }[];
    };
    expect(aws.map((each) => each.default_tags[0].tags.Stack)).toEqual(stacks.map(({ name }) => name));
    expect(new Set(aws.map(({ alias }) => alias)).size).toBe(stacks.length);
  });

  test('keeps addresses: a stack is a module of its name, and everything in it has its own', () => {
    const app = whole.modules.get(`${HOME}-app`)!;
    expect(Object.keys(app.resource as object)).toEqual(
      Object.keys(sound[`${HOME}-app`]!.resource as object),
    );
    expect(within(whole.root, `module/${HOME}-app`)).toMatchObject({ source: `./${HOME}-app` });
  });

  test('hands on what goes between stacks, without hiding it', () => {
    const variable = 'production_us_east_1_network_cross_stack_output_aws_vpc_network_vpc_id';
    const output = 'cross_stack_output_aws_vpc_network_vpc_id';
    expect(within(whole.root, `module/${HOME}-app`)).toMatchObject({
      [variable]: `\${module.${HOME}-network.${output}}`,
    });
    expect(within(whole.modules.get(`${HOME}-network`), `output/${output}`)).not.toHaveProperty('sensitive');
    expect(JSON.stringify(whole.modules.get(`${HOME}-app`)!.resource)).toContain(`\${var.${variable}}`);
  });

  test('cannot be applied: every module waits for what always fails', () => {
    const { for_review_only: guard } = (whole.root.resource as Record<string, Record<string, unknown>>)
      .terraform_data!;
    const command = (guard as { provisioner: { 'local-exec': { command: string } } }).provisioner[
      'local-exec'
    ].command;
    const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(status).not.toBe(0);
    expect(stderr).toContain('for review only');
    for (const call of Object.values(whole.root.module as object))
      expect(call).toMatchObject({ depends_on: ['terraform_data.for_review_only'] });
  });
});

describe('the proof finds', () => {
  const app = `${HOME}-app`;
  const cases: [string, string, (copy: { root: JsonObject; modules: Map<string, JsonObject> }) => void][] = [
    [
      'a changed argument',
      `${HOME}-data: resource.aws_db_instance.shard_00_a is not what the stack says`,
      ({ modules }) =>
        Reflect.set(
          within(modules.get(`${HOME}-data`), 'resource/aws_db_instance/shard_00_a'),
          'multi_az',
          false,
        ),
    ],
    [
      'a resource that was lost',
      `${app}: resource.aws_lb.load_balancer_balancer is not what the stack says`,
      ({ modules }) => Reflect.deleteProperty(within(modules.get(app), 'resource'), 'aws_lb'),
    ],
    [
      'an input that takes another value',
      'is not what the stack says',
      ({ root }) => {
        const call = within(root, `module/${app}`);
        const name = Object.keys(call).find((key) => key.endsWith('vpc_network_vpc_id'))!;
        Reflect.set(call, name, `\${module.${HOME}-network.other}`);
      },
    ],
    [
      'an input without a value',
      'is not what the stack says',
      ({ root }) => {
        const call = within(root, `module/${app}`);
        Reflect.deleteProperty(
          call,
          Object.keys(call).find((key) => key.endsWith('vpc_network_vpc_id'))!,
        );
      },
    ],
    ['a module that was lost', `${app}: has no module`, ({ modules }) => modules.delete(app)],
    ['a module too many', 'other: there is no such stack', ({ modules }) => modules.set('other', {})],
    [
      'a provider of another account',
      'production-global: another provider',
      ({ root }) => Reflect.set(within(root, 'provider/aws/0'), 'allowed_account_ids', ['1']),
    ],
  ];
  test.each(cases)('%s', (_what, message, change) => {
    const first = stacks.findIndex(({ name }) => name === 'production-global');
    const ordered = [stacks[first]!, ...stacks.filter((_stack, index) => index !== first)];
    const copy = structuredClone(mergeStacks(ordered));
    const mutable = { root: copy.root, modules: new Map(copy.modules) };
    change(mutable);
    expect(() => prove(mutable, stacks)).toThrow(message);
  });
});

describe('a merge is refused', () => {
  const app = `${HOME}-app`;
  const cases: [string, string, (copy: typeof sound) => void][] = [
    [
      'when a stack that others read is missing',
      'which no stack here keeps. Synthesize the whole environment',
      (copy) => Reflect.deleteProperty(copy, `${HOME}-network`),
    ],
    [
      'when an output is missing',
      'which production-us-east-1-network does not have. Synthesize both stacks together',
      (copy) => Reflect.set(within(copy, `${HOME}-network`), 'output', {}),
    ],
    [
      'when a state is read in another way',
      'in a way that is not understood',
      (copy) =>
        Reflect.set(
          within(copy, `${app}/resource/aws_lb/load_balancer_balancer`),
          'name',
          '${data.terraform_remote_state.cross_stack_reference_input_production_global.outputs["x"]}',
        ),
    ],
    [
      'when a stack has two providers',
      'production-us-east-1-app: found 2 configurations of the aws provider; allowed is one',
      (copy) => {
        const { aws } = within(copy, `${app}/provider`) as { aws: object[] };
        aws.push({ alias: 'other' });
      },
    ],
    [
      'when a stack has a block that it does not know',
      'production-us-east-1-app: found the block check',
      (copy) => Reflect.set(within(copy, app), 'check', {}),
    ],
    [
      'when stacks want different providers',
      'Synthesize them together with one version of each provider',
      (copy) => Reflect.set(within(copy, `${app}/terraform/required_providers/aws`), 'version', '5.0.0'),
    ],
  ];
  test.each(cases)('%s', (_what, message, change) => {
    expect(() => mergeStacks(altered(change))).toThrow(message);
  });
});

describe('on disk', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tiers-whole-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test('modules of an earlier time are written anew, what Terraform keeps stays', () => {
    writeWholePlan(whole, folder);
    writeWholePlan(
      changed(({ modules }) => modules.set(`${HOME}-app`, { output: {} })),
      folder,
    );
    expect(readdirSync(folder).sort()).toEqual(['main.tf.json', ...whole.modules.keys()].sort());
    const text = readFileSync(join(folder, `${HOME}-app`, 'main.tf.json'), 'utf8');
    expect(JSON.parse(text)).toEqual({ output: {} });
  });

  const tiers = (...words: string[]) =>
    spawnSync(resolve(__dirname, '../../bin/tiers'), ['plan', '--synthesized', folder, ...words], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: process.env.HOME, CDKTF_OUTDIR: folder },
    });

  test('the command synthesizes, writes, and says how to plan', () => {
    const { status, stderr } = tiers('--whole', '--environment', 'local');
    expect(stderr).toMatch(/whole\/local: \d+ resources of 7 stacks, \d+ values between them/);
    expect(stderr).toMatch(/terraform -chdir=\S+whole\/local plan /);
    expect(status).toBe(0);
    expect(readdirSync(join(folder, 'whole/local'))).toContain('local-us-east-1-app');
  });

  test('the command says what is missing, and needs --whole', () => {
    expect(tiers()).toMatchObject({ status: 1, stderr: "error: required option '--whole' not specified\n" });
    expect(tiers('--whole', '--no-synth').stderr).toContain(
      'there is no synthesis here; run npm run synth first',
    );
    expect(existsSync(join(folder, 'whole'))).toBe(false);
  });
});
