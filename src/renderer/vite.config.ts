import { fileURLToPath } from 'node:url';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The window's page. Chromium 108 is the oldest shell setup may fall back to, so both targets name it. */
export default defineConfig({
  root: `${root}src/renderer`,
  base: './',
  plugins: [
    paraglideVitePlugin({
      project: `${root}project.inlang`,
      outdir: `${root}src/messages`,
      strategy: ['globalVariable', 'baseLocale'],
      outputStructure: 'locale-modules',
      emitTsDeclarations: true,
      emitReadme: false,
    }),
    svelte({ configFile: `${root}svelte.config.js` }),
  ],
  worker: { format: 'es' },
  build: {
    outDir: `${root}out/renderer`,
    emptyOutDir: true,
    target: 'chrome108',
    cssTarget: 'chrome108',
    minify: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
