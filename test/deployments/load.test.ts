import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listDeployments, loadDeployments } from '../../deployments/load';
import local from '../../deployments/local';
import production from '../../deployments/production/us-east-1';
import staging from '../../deployments/staging/us-east-1';
import type { Deployment } from '../../deployments/schema';
import { ireland } from './support';

/** Deployments of its own, so that a region that somebody adds to those of the repository changes nothing here. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tiers-deployments-'));
  const write = (name: string, deployment: Deployment | undefined): void => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, `${name}.ts`), `exports.default = ${JSON.stringify(deployment)};\n`);
  };
  write('local', local);
  write('production/eu-west-1', ireland);
  write('production/us-east-1', production);
  write('staging/us-east-1', staging);
  for (const shared of ['schema', 'production/global', 'production/defaults', 'staging/notes.d'])
    write(shared, undefined);
});
afterAll(() => rmSync(folder, { recursive: true }));

const ALL = ['local', 'production/eu-west-1', 'production/us-east-1', 'staging/us-east-1'];

test('finds every deployment by its place', () => {
  expect(listDeployments(folder)).toEqual(ALL);
  expect(listDeployments()).toEqual(
    expect.arrayContaining(['local', 'production/us-east-1', 'staging/us-east-1']),
  );
});

test('loads all of them, one environment, or one region', () => {
  const names = (selectors: string[]): string[] =>
    loadDeployments(selectors, folder).flatMap(({ environment, chosen }) =>
      chosen.map((region) => `${environment}/${region}`),
    );
  expect(names([])).toEqual(ALL.map((name) => (name === 'local' ? 'local/us-east-1' : name)));
  expect(names(['staging'])).toEqual(['staging/us-east-1']);
  expect(names(['production/us-east-1'])).toEqual(['production/us-east-1']);
  expect(names(['local', 'staging'])).toEqual(['local/us-east-1', 'staging/us-east-1']);
});

test('knows every region of an environment, its home first, whichever was named', () => {
  for (const selector of ['production', 'production/eu-west-1']) {
    const known = loadDeployments([selector], folder).map(({ regions }) =>
      regions.map(({ region }) => region),
    );
    expect(known).toEqual([['us-east-1', 'eu-west-1']]);
  }
});

test('refuses a name that is no deployment, listing those that are', () => {
  expect(() => loadDeployments(['prod'], folder)).toThrow(
    `deployment: received "prod"; allowed: ${ALL.join(', ')}; name one of these`,
  );
});

test('refuses a file that bears another name than its region', () => {
  const misnamed = join(folder, 'staging', 'eu-central-1.ts');
  const home = { ...staging, homeRegion: 'eu-west-1' };
  writeFileSync(
    misnamed,
    `exports.default = ${JSON.stringify({ ...home, region: 'eu-west-1', zones: ireland.zones })};\n`,
  );
  writeFileSync(
    join(folder, 'staging', 'us-east-1.ts'),
    `exports.default = ${JSON.stringify({ ...home, cidr: '10.9.0.0/16', datacenter: 1 })};\n`,
  );
  jest.resetModules();
  expect(() => loadDeployments(['staging'], folder)).toThrow(
    'deployments/staging/eu-central-1.ts: region: received "eu-west-1"; allowed: the region that the file is named after: eu-central-1; write it here, or rename the file to eu-west-1.ts',
  );
});

test('every deployment of the repository is legal', () => {
  expect(loadDeployments([]).map(({ environment }) => environment)).toEqual(
    expect.arrayContaining(['local', 'production', 'staging']),
  );
});
