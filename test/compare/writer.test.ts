import { loadDeployments } from '../../deployments/load';
import { bad, inventoryFor } from './support';

/** The writer moves to the other region after a failover, and back: design of several regions, docs/regions.md. */
const [{ regions }] = loadDeployments(['ladder/08-several-data-centers']) as [
  ReturnType<typeof loadDeployments>[0],
];
const written = (...writerRegion: string[]) =>
  inventoryFor(...regions.map((one) => ({ ...one, writerRegion })));

jest.setTimeout(60_000);

test('a writer that moves, and moves back, replaces nothing and points no instance at another source', () => {
  const [home, away] = [regions[0]!.region, regions[1]!.region];
  const states = [written(home), written(home, away), written(home, away, home)];
  expect(bad(states[0]!, states[1]!)).toEqual([]);
  expect(bad(states[1]!, states[2]!)).toEqual([]);
  // The generation that stays behind may leave: it was let go, and is told by name.
  const former = Object.values(states[1]!.stacks).flatMap(({ letGo }) => letGo);
  expect(former.length).toBeGreaterThan(0);
});
