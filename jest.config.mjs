// Jest runs what the build made: worker threads cannot start from .ts, and what is tested is what runs.

// Test files run beside each other: LibTorch's threads waiting for a core would slow tiny steps 20-fold.
process.env.OMP_NUM_THREADS ??= '1';

export default {
  rootDir: 'dist/__tests__',
  testMatch: ['**/*.test.js'],
  testEnvironment: 'node',
  setupFilesAfterEnv: ['<rootDir>/support/equality.js'],
  transform: {},
  // Each holds a LibTorch of its own: more would only need more memory.
  maxWorkers: 2,
  testTimeout: 60_000,
};
