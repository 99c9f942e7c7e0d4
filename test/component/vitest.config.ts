import { defineConfig } from 'vitest/config';

/** The built page in Debian's Chromium: one browser at a time. */
export default defineConfig({
  test: {
    include: ['test/component/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
