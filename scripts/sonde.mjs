/** npm run sonde -- COMMAND: the engine's command line, set up first where it has to be. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { buildMessages } from './build.mjs';
import { LibraryLines } from './library-lines.mjs';
import { engineNode, root } from './setup/places.mjs';
import { setupOrExit } from './setup.mjs';

await setupOrExit({ window: false });
await buildMessages();
const child = spawn(engineNode, ['--disable-warning=DEP0044', path.join(root, 'src', 'engine', 'cli.ts'), ...process.argv.slice(2)], {
  stdio: ['inherit', 'inherit', 'pipe'],
  env: { ...process.env, SONDE_TERMINAL: process.stderr.isTTY ? '1' : '' },
  // npm runs a script in the package's folder; a path that a person names is relative to where they are.
  cwd: process.env.npm_lifecycle_event === 'sonde' ? process.env.INIT_CWD : undefined,
});
const lines = new LibraryLines((text) => process.stderr.write(text));
child.stderr.setEncoding('utf8').on('data', (text) => lines.take(text));
// The terminal sends SIGINT to the child as well: it keeps its checkpoint and says how it ended.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('close', (code, signal) => {
  lines.end();
  process.exitCode = code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 130 : 1);
});
