import { loadDeployments } from '../../deployments/load';
import { parseAll, synthesizeAll } from './support';

const stacks = parseAll(synthesizeAll(loadDeployments(['production'])));
const outputs = Object.entries(stacks).flatMap(([stack, { output = {} }]) =>
  Object.entries(output).map(([name, body]) => ({ name: `${stack}: ${name}`, body })),
);

test('every output says what it is', () => {
  expect(outputs.length).toBeGreaterThan(50);
  for (const { name, body } of outputs)
    expect([name, body]).toEqual([
      name,
      expect.objectContaining({ description: expect.stringMatching(/\S{3}/) as string }),
    ]);
});

test('none is hidden from the reader of a plan: ids and names are no secrets, and Terraform refuses secrets here', () => {
  expect(outputs.filter(({ body }) => 'sensitive' in (body as object))).toEqual([]);
});
