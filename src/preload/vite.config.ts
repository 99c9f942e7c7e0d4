import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The bridge, as one CommonJS file: a sandboxed preload may load nothing but Electron's own modules. */
export default defineConfig({
  root,
  ssr: { noExternal: true },
  build: {
    ssr: `${root}src/preload/index.ts`,
    outDir: `${root}out/preload`,
    emptyOutDir: true,
    target: 'node16',
    minify: false,
    rollupOptions: { external: ['electron'], output: { format: 'cjs', entryFileNames: 'index.cjs' } },
  },
});
