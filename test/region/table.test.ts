import { partition } from '@aws-sdk/core/client';
import { z } from 'zod';
import { cacheNode, databaseClass, instanceTypes } from '../../deployments/hardware';
import { region, timeZone, zone } from '../../deployments/names';
import { planRegion } from '../../tools/region/plan';
import { factsOf, KNOWN_REGIONS, TABLE_DATE, typesIn } from '../../tools/region/table';
import { Folders } from './support';

const folders = new Folders();
afterAll(() => folders.remove());

test('the table holds regions of this partition by the names that AWS gives them', () => {
  expect(KNOWN_REGIONS.length).toBeGreaterThanOrEqual(34);
  for (const name of KNOWN_REGIONS)
    expect(factsOf(name)!.name).toBe(Reflect.get(partition(name), 'description'));
  expect(TABLE_DATE).toMatch(/^20\d\d-\d\d-\d\d$/);
});

test('regions of before 20 March 2019 are enabled in every account, the others are not', () => {
  expect(KNOWN_REGIONS.filter((name) => !factsOf(name)!.optIn)).toEqual([
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-northeast-3',
    'ap-south-1',
    'ap-southeast-1',
    'ap-southeast-2',
    'ca-central-1',
    'eu-central-1',
    'eu-north-1',
    'eu-west-1',
    'eu-west-2',
    'eu-west-3',
    'sa-east-1',
    'us-east-1',
    'us-east-2',
    'us-west-1',
    'us-west-2',
  ]);
});

test.each(KNOWN_REGIONS)('all that %s is said to have, a deployment may name', (name) => {
  const facts = factsOf(name)!;
  expect(region.safeParse(name).success).toBe(true);
  expect(timeZone.safeParse(facts.timeZone).success).toBe(true);
  expect(z.array(zone).min(2).safeParse(facts.zones).success).toBe(true);
  expect(new Set(facts.zones).size).toBe(facts.zones.length);
  const unknown = [
    ...[...typesIn(name, 'instances')].filter((type) => !instanceTypes.safeParse([type]).success),
    ...[...typesIn(name, 'databases')].filter((type) => !databaseClass.safeParse(type).success),
    ...[...typesIn(name, 'caches')].filter((type) => !cacheNode.safeParse(type).success),
  ];
  expect(unknown).toEqual([]);
  for (const kind of ['instances', 'databases', 'caches'] as const)
    expect(typesIn(name, kind).size).toBeGreaterThan(10);
});

test('a region lacks sizes of a family that it has', () => {
  expect(typesIn('us-east-1', 'instances').has('c6i.32xlarge')).toBe(true);
  expect(typesIn('ap-southeast-6', 'instances').has('c6i.16xlarge')).toBe(true);
  expect(typesIn('ap-southeast-6', 'instances').has('c6i.32xlarge')).toBe(false);
});

test('production and staging can be had in every region of the table', () => {
  const folder = folders.make();
  for (const environment of ['production', 'staging']) {
    for (const name of KNOWN_REGIONS.filter((each) => each !== 'us-east-1')) {
      const { deployment } = planRegion({ region: name, environment, optedIn: true }, folder);
      expect(deployment.region).toBe(name);
      for (const type of [...deployment.web!.instanceTypes, ...deployment.workers!.instanceTypes])
        expect(typesIn(name, 'instances')).toContain(type);
      expect(typesIn(name, 'databases')).toContain(deployment.database!.instanceClass);
      expect(typesIn(name, 'caches')).toContain(deployment.cache!.nodeType);
    }
  }
});
