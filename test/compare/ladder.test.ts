import { listDeployments, loadDeployments } from '../../deployments/load';
import type { Deployment } from '../../deployments/schema';
import { holderType, type Inventory } from '../../tools/compare';
import { bad, inventoryFor, told } from './support';

/** Each neighbouring pair of rungs, in both directions. */
const RUNGS = listDeployments()
  .filter((name) => name.startsWith('ladder/'))
  .map((name) => ({ name, regions: loadDeployments([name])[0]!.regions }));
const PAIRS = RUNGS.slice(1).map((above, index) => ({ below: RUNGS[index]!, above }));
const UP = PAIRS.map(({ below, above }) => ({
  from: below,
  to: above,
  way: `${below.name} to ${above.name}`,
}));
const DOWN = PAIRS.map(({ below, above }) => ({
  from: above,
  to: below,
  way: `${above.name} to ${below.name}`,
}));

type Regions = readonly Deployment[];
const letGo = (regions: Regions): Regions =>
  regions.map((region) => ({
    ...region,
    deletionProtection: { enabled: false, reason: 'a rung down, after its data was moved' },
  }));

const inventories = new Map<string, Inventory>();
/** Rungs are synthesized once: most are looked at four times. */
function of(regions: Regions): Inventory {
  const key = JSON.stringify(regions);
  const inventory = inventories.get(key) ?? inventoryFor(...regions);
  inventories.set(key, inventory);
  return inventory;
}

jest.setTimeout(60_000);

test('there are ten steps', () => {
  expect(UP).toHaveLength(10);
});

describe('up', () => {
  test.each(UP.slice(1))('$way loses nothing', ({ from, to }) => {
    expect(bad(of(from.regions), of(to.regions))).toEqual([]);
  });

  test('from one server to a data tier the rows move while both stand, and then the volume leaves as announced', () => {
    const [one, two] = [RUNGS[0]!.regions, RUNGS[1]!.regions];
    const both = [{ ...two[0]!, server: one[0]!.server }];
    expect(bad(of(one), of(both))).toEqual([]);
    expect(bad(of(both), of(letGo(both)))).toEqual([]);
    expect(told(of(letGo(both)), of(two))).toEqual([
      'step ladder-us-east-1-data:aws_ebs_volume.server_volume: leaves as announced (a rung down, after its data was moved): EBS takes a snapshot where final_snapshot is set, and otherwise its files are gone',
    ]);
    // In one step the volume would go before its rows have come.
    expect(bad(of(one), of(two))).toEqual([
      expect.stringContaining(
        'loss ladder-us-east-1-data:aws_ebs_volume.server_volume: leaves with its files',
      ),
    ]);
  });

  test('and back, in the same way', () => {
    const [one, two] = [RUNGS[0]!.regions, RUNGS[1]!.regions];
    const both = [{ ...two[0]!, server: one[0]!.server }];
    expect(bad(of(two), of(both))).toEqual([]);
    expect(bad(of(letGo(both)), of(one))).toEqual([]);
  });
});

describe('down', () => {
  test.each(DOWN)('$way loses nothing once it is announced', ({ from, to }) => {
    const open = letGo(from.regions);
    expect(bad(of(from.regions), of(open))).toEqual([]);
    expect(bad(of(open), of(to.regions))).toEqual([]);
    // Protected again on the rung below.
    expect(bad(of(letGo(to.regions)), of(to.regions))).toEqual([]);
  });

  test.each(DOWN)('$way replaces nothing, and what leaves unannounced is told', ({ from, to }) => {
    const [before, after] = [of(from.regions), of(to.regions)];
    const lines = bad(before, after);
    for (const line of lines) expect(line).toMatch(/^(loss|refused) \S+: leaves (with|while) /);
    const gone = Object.entries(before.stacks).flatMap(([stack, { holders }]) =>
      holders
        .filter(({ type }) => holderType(type)?.mayLeave === undefined)
        .map(({ address }) => [stack, address] as const)
        .filter(([name, address]) => !after.stacks[name]?.holders.some((one) => one.address === address)),
    );
    expect(lines.map((line) => line.split(' ')[1]).sort()).toEqual(
      gone.map(([stack, address]) => `${stack}:${address}:`).sort(),
    );
  });
});
