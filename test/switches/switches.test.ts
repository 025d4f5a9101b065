import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { readSwitches, writeSwitches } from '../../tools/switches/switches';
import { REGION } from '../support/aws-resources';
import { CREDENTIALS, Ministack } from '../support/ministack';
import { tiers } from '../support/tiers-command';

let ministack: Ministack;
let ssm: SSMClient;
/** An environment of its own for each test. */
let environments = 0;
let environment: string;
let name: string;
beforeAll(async () => {
  ministack = await Ministack.start();
  ssm = new SSMClient({ region: REGION, endpoint: ministack.endpoint, credentials: CREDENTIALS });
}, 60_000);
afterAll(() => ministack.stop(), 30_000);
beforeEach(async () => {
  environments += 1;
  environment = `tiers-test${environments}`;
  name = `/tiers/test${environments}/client-config`;
  await put({ features: { posts: true } });
});

const put = (value: unknown) =>
  ssm.send(
    new PutParameterCommand({ Name: name, Value: JSON.stringify(value), Type: 'String', Overwrite: true }),
  );
const stored = async (): Promise<unknown> =>
  JSON.parse((await ssm.send(new GetParameterCommand({ Name: name }))).Parameter?.Value ?? '');
const run = (...given: string[]): Promise<string> =>
  tiers(ministack, ['switches', ...given, '--environment', environment]);

test('lists every switch of the service, those of clients, and the version', async () => {
  await put({ features: { newFeed: { platforms: ['web'], percent: 5 } }, minimumVersions: { ios: '2.0' } });
  const lines = (await run('list')).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining(['signUp: on', 'newFeed: 5% of web', 'ios: from version 2.0 on']),
  );
  expect(lines.at(-1)).toMatch(/^version 2, of 20\d\d-/);
});

test('switches for all, for a share and for some clients, and leaves the rest alone', async () => {
  await put({ features: { posts: true }, minimumVersions: { ios: '2.0' }, message: 'Back at noon' });
  expect(await run('set', 'boosts', 'off')).toContain('boosts: off');
  await run('set', 'feed', '12.5%', '--platforms', 'web', 'ios', '--minimum-version', '1.2.0');
  expect(await stored()).toEqual({
    features: {
      posts: true,
      boosts: false,
      feed: { platforms: ['web', 'ios'], minimumVersion: '1.2.0', percent: 12.5 },
    },
    minimumVersions: { ios: '2.0' },
    message: 'Back at noon',
  });
  await run('set', 'feed', 'on');
  expect(await stored()).toMatchObject({ features: { feed: true } });
}, 30_000);

test('puts back what was before, and undoes that', async () => {
  await run('set', 'boosts', 'off');
  await run('message', 'Back at noon');
  expect(await stored()).toMatchObject({ message: 'Back at noon' });
  await run('undo');
  expect(await stored()).toMatchObject({ features: { boosts: false }, message: null });
  await run('undo');
  expect(await stored()).toMatchObject({ message: 'Back at noon' });
}, 30_000);

test.each<[string, string[], RegExp]>([
  [
    'a name that nobody knows',
    ['set', 'boost', 'off'],
    /features\.boost: received "a feature that is not known"; allowed: signUp, .*--new/,
  ],
  ['a share above all', ['set', 'boosts', '120%'], /allowed: on, off, or a share of people from 0% to 100%/],
  [
    'a version that is none',
    ['set', 'boosts', 'on', '--minimum-version', 'one'],
    /features\.boosts\.minimumVersion: received "one"/,
  ],
  ['a reference to a parameter', ['message', 'see {{there}}'], /received "text with \{\{"/],
  [
    'more than there is room for',
    ['message', 'x'.repeat(5_000)],
    /"5\d{3} bytes of JSON"; allowed: 4096 bytes/,
  ],
  ['to go back beyond the first', ['undo'], /version 1 is the first one/],
])('refuses %s, and stores nothing', async (_what, given, message) => {
  await expect(run(...given)).rejects.toThrow(message);
  expect(await stored()).toEqual({ features: { posts: true } });
});

test('takes a new name when told that it is one', async () => {
  await run('set', 'darkMode', '50%', '--new');
  expect(await stored()).toMatchObject({ features: { darkMode: { percent: 50 } } });
});

test('refuses an environment that is no name of one', async () => {
  environment = 'production';
  await expect(run('list')).rejects.toThrow(/allowed: project and environment with a hyphen between/);
});

test('says so when somebody else has changed it meanwhile, and that both are kept', async () => {
  const before = await readSwitches(ssm, name);
  await put({ features: { posts: false } });
  const value = { ...before.value, message: 'mine' };
  await expect(writeSwitches(ssm, name, before, value)).rejects.toThrow(
    /stored as version 3, but version 2 was stored by somebody else/,
  );
});
