/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // No test is about time: a limit is there to end what hangs, also on a machine that is busy with other things.
  testTimeout: 30_000,
  // swc compiles TypeScript and the dependencies that ship ES modules only.
  transform: {
    '^.+\\.(ts|js|mjs)$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [
    '/node_modules/(?!(listr2|cli-truncate|slice-ansi|string-width|strip-ansi|ansi-regex|log-update|ansi-escapes|cli-cursor|restore-cursor|onetime|mimic-function|is-fullwidth-code-point|get-east-asian-width|wrap-ansi|ansi-styles|eventemitter3|colorette|rfdc|environment)/)',
  ],
};
