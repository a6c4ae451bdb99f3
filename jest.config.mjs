// Jest runs what the build made: worker threads cannot start from .ts, and what is tested is what runs.
export default {
  rootDir: 'dist/__tests__',
  testMatch: ['**/*.test.js'],
  testEnvironment: 'node',
  transform: {},
  maxWorkers: 2,
  testTimeout: 60_000,
};
