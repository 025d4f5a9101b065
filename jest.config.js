/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
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
