const MEMBERS = new Map([
  ['Date.now', 'the clock'],
  ['Math.random', 'chance'],
  ['process.env', 'the environment'],
  ['process.argv', 'the command line'],
  ['process.hrtime', 'the clock'],
  ['performance.now', 'the clock'],
  ['crypto.randomUUID', 'chance'],
  ['crypto.randomBytes', 'chance'],
  ['crypto.randomInt', 'chance'],
]);
const RANDOM = new Set(['randomUUID', 'randomBytes', 'randomInt', 'randomFillSync', 'getRandomValues']);
const CALLS =
  'two syntheses must be equal byte for byte. Take the value as data from the deployment, or in main.ts.';

/** Below main.ts, synthesis depends on the deployment alone. */
export default {
  meta: {
    type: 'problem',
    docs: { description: 'Synthesis reads no clock, chance or environment' },
    schema: [],
    messages: { depends: `{{code}} makes the synthesized Terraform depend on {{what}}; ${CALLS}` },
  },
  create(context) {
    const report = (node, code, what) => context.report({ node, messageId: 'depends', data: { code, what } });
    return {
      MemberExpression(node) {
        const property = node.computed ? node.property.value : node.property.name;
        const code = `${node.object.name}.${property}`;
        const what = MEMBERS.get(code);
        if (what) report(node, code, what);
      },
      'NewExpression[callee.name="Date"][arguments.length=0]'(node) {
        report(node, 'new Date()', 'the clock');
      },
      ImportDeclaration(node) {
        const source = node.source.value.replace(/^node:/, '');
        for (const specifier of node.specifiers) {
          const name = specifier.imported?.name;
          if (source === 'crypto' && RANDOM.has(name)) report(specifier, name, 'chance');
          if (source === 'process' && (name === 'env' || name === 'argv'))
            report(specifier, name, 'the environment');
        }
      },
    };
  },
};
