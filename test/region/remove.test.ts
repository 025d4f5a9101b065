import home from '../../deployments/production/us-east-1';
import type { Deployment } from '../../deployments/schema';
import { Names } from '../../lib/naming';
import { environments } from '../../tools/region/environments';
import { explain, planRemoval } from '../../tools/region/remove';
import { ireland } from '../deployments/support';
import { words } from '../repository/support/commands';
import { synthesizeAll } from '../stacks/support';
import { Folders, refusal } from './support';

const folders = new Folders();
afterAll(() => folders.remove());

const two = () => environments(folders.make({ 'production/eu-west-1': { default: ireland } }));
const removal = () => planRemoval('eu-west-1', 'production', two());
const commands = () => removal().steps.flatMap((step) => step.commands);
const terraform = () =>
  commands().flatMap((command) => {
    const found = /^terraform -chdir=cdktf\.leaving\/stacks\/(\S+) (.+)$/.exec(command);
    return found ? [[found[1]!, found[2]!] as const] : [];
  });

test('the traffic goes first, then alarms, app, image, data and network, each after what stands on it', () => {
  const destroyed = terraform().filter(([, verb]) => verb === 'destroy');
  expect(destroyed.map(([stack]) => stack)).toEqual(
    ['observability', 'app', 'image', 'data', 'network'].map((stack) => `production-eu-west-1-${stack}`),
  );
  const edge = commands().findIndex((command) => command.startsWith('npx cdktf deploy production-edge'));
  const first = commands().findIndex((command) => command.endsWith(' destroy'));
  expect(edge).toBeGreaterThan(
    commands().findIndex((command) => command.startsWith('CDKTF_OUTDIR=cdktf.leaving ')),
  );
  expect(edge).toBeLessThan(first);
});

test('the stacks, buckets, queue and key that it names are those of the region', () => {
  const stacks = synthesizeAll([
    { environment: 'production', regions: [home, ireland], chosen: ['us-east-1', 'eu-west-1'] },
  ]);
  const text = Object.values(stacks).join('\n');
  for (const [stack] of terraform()) expect(Object.keys(stacks)).toContain(stack);
  const buckets = commands().flatMap((command) =>
    [...command.matchAll(/s3:\/\/(\S+)/g)].map(([, name]) => name!),
  );
  expect(buckets).toHaveLength(2);
  for (const bucket of buckets) expect(text).toContain(`"bucket": "${bucket}"`);
  const queue = /\/\d{12}\/(\S+) /.exec(commands().find((command) => command.startsWith('aws sqs'))!)![1];
  expect(text).toContain(`"name": "${queue}"`);
  const [stack, key] = terraform().find(([, verb]) => verb.startsWith('state rm '))!;
  const [type, name] = key.slice('state rm '.length).split('.');
  const { resource } = JSON.parse(stacks[stack]!) as { resource: Record<string, object> };
  expect(Object.keys(resource[type!]!)).toContain(name);
});

test('no name is cut where the longest project, environment and region meet', () => {
  const longest = { project: 'p'.repeat(12), environment: 'e'.repeat(12) };
  const region = 'ap-northeast-2';
  const regions = [home, { ...ireland, region }].map((each): Deployment => ({
    ...each,
    ...longest,
    homeRegion: home.region,
  }));
  const text = explain(planRemoval(region, 'production', [{ name: 'production', open: true, regions }]));
  const names = new Names({ ...longest, region, account: home.account });
  expect(text).toContain(`s3://${names.bucket('assets')} `);
  expect(text).toContain(`/${names.regional('queue', 'jobs')} `);
});

test('what holds data is turned off before it is destroyed, and its key is taken out of the state in between', () => {
  const data = terraform().filter(([stack]) => stack.endsWith('-data'));
  expect(data.map(([, verb]) => verb)).toEqual([
    'init',
    'apply',
    'state rm aws_kms_key.encryption_key',
    'destroy',
  ]);
  const copied = commands().findIndex((command) => command.startsWith('aws s3 sync'));
  expect(copied).toBeLessThan(commands().findIndex((command) => command.includes('-data destroy')));
});

test('every command is one that a shell takes apart as it is meant', () => {
  for (const command of commands()) {
    expect(words(command)[0]).toMatch(/^(CDKTF_OUTDIR=\S+|npm|npx|aws|terraform|rm|\.\/bin\/tiers)$/);
    expect(explain(removal()).split('\n')).toContain(`     ${command}`);
  }
});

describe('is refused for', () => {
  const refused = (region: string, environment = 'production', all = two()): string =>
    refusal(() => planRemoval(region, environment, all));

  test('the home region', () => {
    expect(refused('us-east-1')).toBe(
      'region: received "us-east-1"; allowed: a region of production other than its home, which holds the tables that all regions share; keep it as a region that reads, with fleets and databases as small as its file may make them',
    );
  });

  test('the last region', () => {
    expect(refused('us-east-1', 'staging')).toMatch(
      /^region: received "us-east-1"; allowed: a region of staging that is not its last one; add another region first/,
    );
  });

  test('the writer', () => {
    const written = [home, ireland].map((each): Deployment => ({
      ...each,
      writerRegion: 'eu-west-1',
    }));
    expect(refused('eu-west-1', 'production', [{ name: 'production', open: true, regions: written }])).toBe(
      'region: received "eu-west-1"; allowed: a region of production other than its writer, which holds the only copies that take writes; let another region become the writer first: docs/runbooks/region-lost.md',
    );
  });

  test('a region or an environment that is not there', () => {
    expect(refused('eu-west-2')).toBe(
      'region: received "eu-west-2"; allowed: a region of production: us-east-1, eu-west-1; name one of these',
    );
    expect(refused('us-east-1', 'local')).toMatch(
      /^--environment: received "local"; allowed: production, staging; /,
    );
  });
});
