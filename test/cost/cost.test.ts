import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import production from '../../deployments/production/us-east-1';
import {
  chargesOf,
  CLASSES,
  costsOf,
  MARKERS,
  newestPriceList,
  overBudget,
  report,
  type Costs,
} from '../../tools/cost';
import { buildGraph, knownTypeName, readGraph, stackOf, type Graph } from '../../tools/topology';
import { synthesizeHomesTo } from '../stacks/support';
import { useOf } from './use';

const list = newestPriceList();
const docs = readFileSync(join(__dirname, '../../docs/cost.md'), 'utf8');
let folder: string;
let graph: Graph;
let costs: Costs;
beforeAll(() => {
  // Further regions have prices of their own, which docs/cost.md does not show.
  folder = synthesizeHomesTo(mkdtempSync(join(tmpdir(), 'tiers-test-cost-')));
  graph = readGraph(folder);
  costs = costsOf({ synthesized: folder }, list);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const of = (deployment: string) => costs.deployments.find((one) => one.deployment === deployment)!;
const line = (deployment: string, what: string) => of(deployment).lines.find((one) => one.what === what)!;
const hourly = (key: string): number => list.price(key, 'us-east-1').usd;

test('every type that is synthesized is priced at rest, priced by use, or free for a reason', () => {
  const types = [...graph.resources.values()].filter(({ mode }) => mode === 'managed').map(knownTypeName);
  expect(new Set(types).size).toBeGreaterThan(50);
  expect([...new Set(types)].filter((type) => !CLASSES.has(type))).toEqual([]);
});

test('a type that nobody classified is an error with its address', () => {
  const document = { resource: { aws_quantum_ledger: { one: { name: 'x' } } } };
  const odd = buildGraph([stackOf('odd-stack', '/nowhere', [], document)]);
  expect(() => chargesOf(odd, list)).toThrow('aws_quantum_ledger (odd-stack:aws_quantum_ledger.one)');
});

test('docs/cost.md shows the tables that the command prints: ./bin/tiers cost --into docs/cost.md', () => {
  const [begin, end] = MARKERS.map((marker) => docs.indexOf(marker));
  const shown = docs.slice(begin! + MARKERS[0].length, end).trim();
  expect(shown).toBe(report(costs, list));
});

test('a fleet costs by its minimum of the day and of the night, in turn', () => {
  const { pieces, usd } = line('production/us-east-1', 'c7g.large on demand');
  expect(pieces).toEqual({ smallest: 6, normal: 12, average: (6 * 5 + 12 * 19) / 24 });
  expect(usd.normal).toBeCloseTo(12 * 730 * hourly('instance.c7g.large'), 6);
});

test('workers on Spot are an estimate, and the sum says how much of it is one', () => {
  const { usd, charge } = line('production/us-east-1', 'c7g.large on Spot');
  expect(charge.price.estimate).toContain('Spot');
  expect(usd.normal).toBeCloseTo(2 * 730 * hourly('instance.c7g.large') * hourly('spot.share'), 6);
  expect(of('production/us-east-1').estimated.normal).toBeGreaterThanOrEqual(usd.normal);
});

test('a primary costs its standby too, a replica has the storage of its primary', () => {
  expect(line('production/us-east-1', 'db.r7g.xlarge, primary and standby').usd.normal).toBeCloseTo(
    730 * 0.956,
    6,
  );
  expect(line('production/us-east-1', 'gp3 storage, read replica, GB').pieces.normal).toBe(
    2 * production.database!.storage,
  );
});

test('each address, endpoint and zone is counted', () => {
  const zones = production.zones.length;
  expect(line('production/us-east-1', 'NAT gateways').pieces.normal).toBe(zones);
  expect(line('production/us-east-1', 'interface endpoints, one a zone').pieces.normal % zones).toBe(0);
  expect(of('local/us-east-1').lines.map(({ what }) => what)).not.toContain(
    'interface endpoints, one a zone',
  );
});

test('every budget covers what its environment costs at rest', () => {
  expect(costs.environments.map(({ deployment }) => deployment)).toEqual(['local', 'production', 'staging']);
  for (const { budget } of costs.environments) expect(budget).toBeGreaterThan(0);
  expect(overBudget(costs)).toEqual([]);
});

test('a budget below the cost at rest is refused by name, with the figure', () => {
  const [first, ...rest] = costs.environments;
  const [fault] = overBudget({ ...costs, environments: [{ ...first!, budget: 10 }, ...rest] });
  expect(fault).toMatch(
    /^local: monthlyBudget is 10 US dollars, less than the \d+ that it costs at rest; raise it/,
  );
});

test('a region that the list is not for is named, not priced, and the budget of its environment not judged', () => {
  const elsewhere = { ...list, covers: (): boolean => false };
  const none = costsOf({ synthesized: folder, deployment: 'production' }, elsewhere);
  expect(none).toEqual({ deployments: [], environments: [], unpriced: ['production/us-east-1'] });
  expect(report(none, list)).toContain('### production/us-east-1\n\nNot priced: the list of');
});

describe('under the demand that production is sized for', () => {
  const uses = useOf(production, list);

  test('the budget covers the cost at rest and what the demand adds', () => {
    const added = uses.reduce((sum, { usd }) => sum + usd, 0);
    expect(of('production/us-east-1').total.average + added).toBeLessThan(production.monthlyBudget);
  });

  test('docs/cost.md shows what it adds', () => {
    for (const { what, quantity, usd } of uses)
      expect(docs).toContain(`| ${what} | ${quantity} | ${Math.round(usd).toLocaleString('en-US')} |`);
    const added = uses.reduce((sum, { usd }) => sum + usd, 0);
    expect(docs).toContain(`| **In all** | | **${Math.round(added).toLocaleString('en-US')}** |`);
  });
});

describe('docs/cost.md says of production', () => {
  const web = hourly('instance.c7g.large') + (7 * hourly('metric') + 20 * hourly('ebs.gp3')) / 730;
  const rungs: Record<string, number> = {
    'web instance, c7g.large with its volume and metrics': web,
    'worker on Spot, c7g.large with its volume and metrics':
      web - hourly('instance.c7g.large') * (1 - hourly('spot.share')),
    'read replica, db.r7g.xlarge with 1,000 GB':
      hourly('db.db.r7g.xlarge') + (1000 * hourly('db-storage.gp3')) / 730,
    'cache node, cache.r7g.large': hourly('cache.cache.r7g.large'),
    'size of the database, db.r7g.2xlarge with its standby and two replicas':
      hourly('db-multi-az.db.r7g.2xlarge') -
      hourly('db-multi-az.db.r7g.xlarge') +
      2 * (hourly('db.db.r7g.2xlarge') - hourly('db.db.r7g.xlarge')),
    'zone with a NAT gateway and its address': hourly('nat.hour') + hourly('ipv4.hour'),
  };
  test.each(Object.entries(rungs))('what an hour of one more %s costs', (what, usd) => {
    expect(docs).toContain(`| ${what} | ${usd.toFixed(3)} |`);
  });

  test('what the night, Spot, endpoints and NAT of one zone save', () => {
    const { lines } = of('production/us-east-1');
    const saved = lines.reduce((sum, { usd }) => sum + usd.normal - usd.average, 0);
    const spot = 730 * hourly('instance.c7g.large') * (1 - hourly('spot.share'));
    const endpoints = line('production/us-east-1', 'interface endpoints, one a zone').usd.normal;
    const shown = (what: string, usd: number) => expect(docs).toContain(`| ${what} | ${Math.round(usd)} |`);
    shown("the night's minimum of the web fleet", saved);
    shown('Spot for the two workers that are always there', 2 * spot);
    shown('Spot for all 24 workers, were they there all month', 24 * spot);
    shown('`interfaceEndpoints` off, NAT in their place', endpoints);
    shown(
      '`natPerZone` off, one gateway in place of three',
      2 * 730 * (hourly('nat.hour') + hourly('ipv4.hour')),
    );
    const even = Math.round(endpoints / (hourly('nat.gb') - hourly('endpoint.gb')));
    expect(docs.replace(/\s+/g, ' ')).toContain(`from ${even.toLocaleString('en-US')} GB a month on`);
  });
});
