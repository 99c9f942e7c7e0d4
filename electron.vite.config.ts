/**
 * Main, preload and page: what `npm run build` makes into out/, and what `npm run dev` watches.
 * Electron 22 (Node 16, Chromium 108) is the oldest shell that set-up may fall back to, so the targets name it; electron-vite would
 * take them from the version in package.json. Messages are compiled before, by scripts/build.mjs.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';

const root = fileURLToPath(new URL('.', import.meta.url));
const LOOPBACK = '127.0.0.1';

/** Writes down which files of ours the builds were made from, by which scripts/build.mjs knows whether they still hold. */
const read = new Set<string>();
const inputs = {
  name: 'sonde:inputs',
  apply: 'build' as const,
  generateBundle(this: { getModuleIds(): IterableIterator<string> }) {
    for (const id of this.getModuleIds()) {
      const file = path.relative(root, id.split('?')[0] as string);
      if (path.isAbsolute(id) && !file.startsWith('..') && !file.startsWith('node_modules')) read.add(file);
    }
    mkdirSync(`${root}node_modules/.sonde`, { recursive: true });
    rmSync(`${root}node_modules/.sonde/inputs.json`, { force: true });
    writeFileSync(`${root}node_modules/.sonde/inputs.json`, JSON.stringify([...read].sort()));
  },
};

/** One CommonJS file with all that it needs: the package carries no node_modules for it, and a sandboxed preload may load none. */
const whole = (name: 'main' | 'preload', sourcemap: boolean) => ({
  plugins: [inputs],
  build: {
    outDir: `${root}out/${name}`,
    emptyOutDir: true,
    target: 'node16',
    sourcemap,
    externalizeDeps: false,
    rolldownOptions: {
      input: { index: `${root}src/${name}/index.ts` },
      output: { format: 'cjs' as const, entryFileNames: '[name].cjs', codeSplitting: false },
    },
  },
});

export default defineConfig(({ command }) => {
  const dev = command === 'serve';
  const port = Number(process.env.SONDE_DEV_PORT ?? 5173);
  return {
    main: whole('main', dev),
    preload: whole('preload', dev),
    renderer: {
      root: `${root}src/renderer`,
      plugins: [inputs, svelte({ configFile: `${root}svelte.config.js` })],
      worker: { format: 'es', plugins: () => [inputs] },
      build: {
        outDir: `${root}out/renderer`,
        emptyOutDir: true,
        target: 'chrome108',
        cssTarget: 'chrome108',
        minify: true,
        modulePreload: { polyfill: false },
        assetsInlineLimit: 0,
      },
      // Main asks for the page's files and hands them on as app://sonde; only the news of a change goes straight to the page.
      server: {
        host: LOOPBACK,
        port,
        strictPort: true,
        hmr: { protocol: 'ws', host: LOOPBACK, clientPort: port },
        fs: { allow: [root] },
      },
      html: { cspNonce: dev ? 'development' : undefined },
    },
  };
});
