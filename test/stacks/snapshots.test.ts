import { synthesizeHome } from './support';

const stacks = synthesizeHome('production');

/** Leaves cdktf's own notes out: what is left is what Terraform reads. */
function normalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalized);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '//')
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([key, member]) => [key, normalized(member)]),
  );
}

// One snapshot for each stack, so that a reviewer sees what a change of a module does to production.
test.each(Object.keys(stacks))('%s', (stack) => {
  expect(normalized(stacks[stack])).toMatchSnapshot();
});
