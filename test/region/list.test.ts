import home from '../../deployments/production/us-east-1';
import local from '../../deployments/local';
import type { Deployment } from '../../deployments/schema';
import { environments } from '../../tools/region/environments';
import { listRegions, rolesOf, table } from '../../tools/region/list';
import { ireland } from '../deployments/support';
import { Folders } from './support';

const folders = new Folders();
afterAll(() => folders.remove());
const regions = () =>
  listRegions(environments(folders.make({ 'production/eu-west-1': { default: ireland } })));

test('shows every region of every environment, the home first, in columns', () => {
  const [headings, ...rows] = table(regions()).split('\n');
  expect(rows.map((row) => row.split(/ {2,}/).slice(0, 4))).toEqual([
    ['local', 'us-east-1', 'home, writer', local.cidr],
    ['production', 'us-east-1', 'home, writer', '10.0.0.0/16'],
    ['production', 'eu-west-1', 'reader', '10.1.0.0/16'],
    ['staging', 'us-east-1', 'home, writer', '10.128.0.0/16'],
  ]);
  const at = headings!.indexOf('cidr');
  for (const row of rows) expect(row.slice(at - 2, at + 3)).toMatch(/^ {2}(10\.)/);
  expect(rows[2]).toContain(`  ${home.database!.instanceClass} + ${home.database!.replicas}  `);
  expect(rows[2]).toMatch(/ {2}EU +Europe\/Dublin$/);
});

test('says who writes once the writer has moved', () => {
  const withWriter = (deployment: Deployment): string[] =>
    rolesOf({ ...deployment, writerRegion: 'eu-west-1' });
  expect([withWriter(home), withWriter(ireland)]).toEqual([['home', 'reader'], ['writer']]);
});

test('shows a region without a cache', () => {
  const { cache: _cache, ...bare } = ireland;
  const all = [{ name: 'production', open: true, regions: [home, bare] }];
  expect(table(listRegions(all)).split('\n')[2]).toMatch(/ {2}none {2,}EU/);
});
