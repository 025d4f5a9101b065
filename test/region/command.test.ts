import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Scratch } from '../repository/support/checks';

const MINUTES = 60_000;
const NEW = 'deployments/production/ap-northeast-2.ts';
/** No credentials, wherever the tests run, and no colours. */
const NOBODY = {
  NO_COLOR: '1',
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_PROFILE: 'nobody',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** A copy of the repository, in which a new user adds a region. */
let scratch: Scratch;
jest.setTimeout(2 * MINUTES);
beforeAll(() => (scratch = new Scratch()));
afterAll(() => scratch.remove());

const region = (text: string) => scratch.run(`./bin/tiers region ${text}`, NOBODY);
const files = (): string[] => readdirSync(join(scratch.root, 'deployments/production')).sort();

async function synthesized(selector: string, out: string): Promise<Record<string, string>> {
  const { code, output } = await scratch.run(`npm run synth -- ${selector}`, { CDKTF_OUTDIR: out });
  if (code !== 0) throw new Error(output);
  const stacks = join(scratch.root, out, 'stacks');
  return Object.fromEntries(
    readdirSync(stacks).map((stack) => [stack, readFileSync(join(stacks, stack, 'cdk.tf.json'), 'utf8')]),
  );
}

describe('a refused region', () => {
  test.each([
    [
      'add eu-west-9 --environment production',
      'Nothing was written.\nregion: received "eu-west-9"; allowed: ',
    ],
    [
      'add us-east-1 --environment production',
      'Nothing was written.\nregion: received "us-east-1"; allowed: ',
    ],
    [
      'add ap-east-1 --environment production',
      'Nothing was written.\nregion: received "ap-east-1"; allowed: ',
    ],
    ['add eu-west-1 --environment prod', 'Nothing was written.\n--environment: received "prod"; allowed: '],
    ['add eu-west-1', "error: required option '--environment <name>' not specified"],
    [
      'add eu-west-1 --environment production --check',
      'Nothing was written.\n--check: received no AWS credentials; allowed: ',
    ],
    [
      'remove us-east-1 --environment production --yes',
      'Nothing was removed.\nregion: received "us-east-1"; ',
    ],
  ])('leaves everything as it was: %s', async (text, message) => {
    const before = files();
    const { code, output } = await region(text);
    expect([code, output.slice(0, message.length)]).toEqual([1, message]);
    expect(files()).toEqual(before);
  });
});

test('a region is added by one command: its stacks are there, and no others know of it than those that all regions share', async () => {
  const before = await synthesized('production', 'before.out');
  const { code, output } = await region('add ap-northeast-2 --environment production');
  expect([code, output]).toEqual([0, expect.stringContaining(`written ${NEW}: Asia Pacific (Seoul), `)]);
  const after = await synthesized('production', 'after.out');
  const added = [
    ...['app', 'data', 'image', 'network', 'observability'].map(
      (stack) => `production-ap-northeast-2-${stack}`,
    ),
    'production-links',
  ];
  expect(Object.keys(after).sort()).toEqual([...Object.keys(before), ...added].sort());
  const changed = Object.keys(before).filter((stack) => before[stack] !== after[stack]);
  // The key of the tokens is made in the home region, whose app stack copies it to the others and tells them of changes.
  expect(changed.sort()).toEqual([
    'production-edge',
    'production-global',
    'production-us-east-1-app',
    'production-us-east-1-observability',
  ]);
  expect(after['production-edge']).toContain('api-ap-northeast-2.');
});

test('what was written is listed and is not written over', async () => {
  const text = readFileSync(join(scratch.root, NEW), 'utf8');
  expect(text.split('\n').length).toBeLessThan(20);
  const { code, output } = await region('add ap-northeast-2 --environment production');
  expect([code, output]).toEqual([1, expect.stringContaining(`${NEW} declares it`)]);
  expect(readFileSync(join(scratch.root, NEW), 'utf8')).toBe(text);
  const listed = JSON.parse((await region('list --json')).output) as {
    region: string;
    environment: string;
  }[];
  expect(listed).toContainEqual(
    expect.objectContaining({ environment: 'production', region: 'ap-northeast-2' }),
  );
  expect((await region('list')).output).toMatch(/^production +ap-northeast-2 +reader +10\.1\.0\.0\/16 /m);
});

test('a file that is there under the name of a region is never written over', async () => {
  const path = join(scratch.root, 'deployments/production/eu-west-3.ts');
  const other = readFileSync(join(scratch.root, NEW), 'utf8');
  writeFileSync(path, other);
  const { code, output } = await region('add eu-west-3 --environment production');
  expect([code, output]).toEqual([1, expect.stringContaining('deployments/production/eu-west-3.ts')]);
  expect(readFileSync(path, 'utf8')).toBe(other);
  rmSync(path);
});

test(
  'the tests, types and style of a repository with further regions stay as good as they were, no other file touched',
  async () => {
    // Regions that lack some of the hardware, so that their files change what the defaults say.
    for (const [name, environment] of [
      ['me-central-1', 'production'],
      ['ca-west-1', 'staging'],
    ])
      expect(await region(`add ${name} --environment ${environment} --opted-in`)).toMatchObject({ code: 0 });
    // Of the type check and of the tests those that read what is in deployments/.
    const project = { extends: './tsconfig.json', include: ['deployments/**/*.ts'] };
    writeFileSync(join(scratch.root, 'tsconfig.deployments.json'), JSON.stringify(project));
    const { code, output } = await scratch.run(
      [
        'npx tsc --noEmit --project tsconfig.deployments.json',
        'npx eslint deployments',
        'npx prettier --check deployments',
        'npx jest test/deployments/load test/stacks/contract test/stacks/snapshots test/stacks/compose test/topology/synth',
      ].join(' && '),
    );
    expect([code, code === 0 ? '' : output.slice(-4000)]).toEqual([0, '']);
  },
  6 * MINUTES,
);

test('a region leaves by its file, after the way out was shown', async () => {
  const shown = await region('remove ap-northeast-2 --environment production');
  expect(shown).toMatchObject({
    code: 0,
    output: expect.stringContaining('Nothing was removed; --yes removes ') as string,
  });
  expect(existsSync(join(scratch.root, NEW))).toBe(true);
  const removed = await region('remove ap-northeast-2 --environment production --yes');
  expect(removed.output).toContain(`Removed ${NEW}; AWS is as it was.`);
  expect(existsSync(join(scratch.root, NEW))).toBe(false);
});
