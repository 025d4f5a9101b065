import type { Rule } from './plan';

/**
 * Every reference leads somewhere: within a stack to a block of it, between stacks to an output that the named stack
 * has, through the state that this stack is kept in. tools/topology evaluates each one.
 */
export const REFERENCES: Rule = {
  name: 'every reference leads to something that exists',
  find: (graph) => [
    ...graph.problems
      .filter(({ severity }) => severity === 'error')
      .map(({ address, argument, message }) => ({ address, message: `${argument}: ${message}` })),
    ...[...graph.resources.values()].flatMap((resource) =>
      resource.references
        .filter(({ target }) => target === undefined || !graph.resources.has(target))
        .map(({ text }) => ({ address: resource.globalAddress, message: `${text} leads nowhere` })),
    ),
  ],
};
