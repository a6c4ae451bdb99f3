// Jest runs what the build made: worker threads cannot start from .ts, and what is tested is what runs.
export default {
  rootDir: 'dist/__tests__',
  testMatch: ['**/*.test.js'],
  testEnvironment: 'node',
  transform: {},
  // LibTorch uses the cores itself; a second jest process would only compete with it.
  maxWorkers: 1,
  testTimeout: 60_000,
};
