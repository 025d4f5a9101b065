import { listDeployments, loadDeployments } from '../../deployments/load';
import { linked, synthesizeDocuments } from './plan';
import { lacking } from './protection';
import { RULES } from './rules';

const RUNGS = listDeployments().filter((name) => name.startsWith('ladder/'));

test('there are eleven rungs', () => {
  expect(RUNGS).toHaveLength(11);
});

test.each(RUNGS)('%s keeps every rule, and does without no protection but copies of backups', (rung) => {
  const [selection] = loadDeployments([rung]);
  const graph = linked(synthesizeDocuments(selection!));
  for (const { name, find } of RULES) expect({ name, broken: find(graph) }).toEqual({ name, broken: [] });
  expect(new Set(lacking(graph).exceptions.map(({ safeguard }) => safeguard))).toEqual(
    new Set(selection!.regions.some(hasNoCopies) ? ['copies'] : []),
  );
});

function hasNoCopies({
  database,
  backupCopies,
}: ReturnType<typeof loadDeployments>[0]['regions'][0]): boolean {
  return database !== undefined && 'enabled' in backupCopies;
}
