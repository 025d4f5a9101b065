/**
 * Contract tests: they speak HTTP to BASE_URL, whatever runs there. Run them with
 * BASE_URL=https://... npx jest --config jest.contract.config.js
 * @type {import('jest').Config}
 */
module.exports = {
  rootDir: 'test/contract',
  testEnvironment: 'node',
  testMatch: ['<rootDir>/**/*.contract.ts'],
  transform: require('./jest.config.js').transform,
  // The thumbnail of a freshly started worker may take a while.
  testTimeout: 60_000,
};
