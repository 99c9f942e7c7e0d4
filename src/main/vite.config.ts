import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Main, as one CommonJS file that Electron 22's Node 16 can run. */
export default defineConfig({
  root,
  /** icon.png, drawn from icon.svg, lies beside index.cjs. */
  publicDir: `${root}src/main/public`,
  plugins: [
    paraglideVitePlugin({
      project: `${root}project.inlang`,
      outdir: `${root}src/messages`,
      strategy: ['globalVariable', 'baseLocale'],
      outputStructure: 'locale-modules',
      emitTsDeclarations: true,
      emitReadme: false,
    }),
  ],
  ssr: { noExternal: true },
  build: {
    ssr: `${root}src/main/index.ts`,
    outDir: `${root}out/main`,
    emptyOutDir: true,
    target: 'node16',
    minify: false,
    rollupOptions: {
      external: ['electron', ...builtinModules, ...builtinModules.map((name) => `node:${name}`)],
      output: { format: 'cjs', entryFileNames: 'index.cjs' },
    },
  },
});
