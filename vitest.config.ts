import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const common = { pool: 'forks' as const, testTimeout: 60_000, hookTimeout: 60_000 };

/** The page's state is compiled as in the page, so that its runes are the window's; all else runs as it lies on disk. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...common, name: 'unit', include: ['test/unit/**/*.test.ts'], exclude: ['**/*.svelte.test.ts'] } },
      {
        plugins: [svelte()],
        resolve: { conditions: ['browser'] },
        test: {
          ...common,
          name: 'window',
          include: ['test/unit/**/*.svelte.test.ts'],
          environment: './test/unit/renderer/page.ts',
          // Node by itself would take the part of Svelte that is for servers.
          server: { deps: { inline: ['svelte'] } },
        },
      },
    ],
  },
});
