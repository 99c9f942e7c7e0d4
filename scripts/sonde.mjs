/** npm run sonde -- COMMAND: the engine's command line, set up first where it has to be. */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildMessages } from './build.mjs';
import { withoutLibraryLines } from './library-lines.mjs';
import { engineNode, root } from './setup/places.mjs';
import { setupOrExit } from './setup.mjs';

await setupOrExit({ window: false });
await buildMessages();
// The engine's standard error is a file, in which it finds what image libraries print of an image; it speaks itself on this terminal.
const scratch = mkdtempSync(path.join(os.tmpdir(), 'sonde-'));
const errors = path.join(scratch, 'stderr');
const descriptor = openSync(errors, 'a+');
const child = spawn(engineNode, ['--disable-warning=DEP0044', path.join(root, 'src', 'engine', 'cli.ts'), ...process.argv.slice(2)], {
  stdio: ['inherit', 'inherit', descriptor, 2],
  env: { ...process.env, SONDE_VOICE: '3', SONDE_TERMINAL: process.stderr.isTTY ? '1' : '' },
  // npm runs a script in the package's folder; a path that a person names is relative to where they are.
  cwd: process.env.npm_lifecycle_event === 'sonde' ? process.env.INIT_CWD : undefined,
});
closeSync(descriptor);
// The terminal sends SIGINT to the child as well: it keeps its checkpoint and says how it ended.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('close', (code, signal) => {
  process.stderr.write(withoutLibraryLines(readFileSync(errors, 'utf8')));
  rmSync(scratch, { recursive: true, force: true });
  process.exitCode = code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 130 : 1);
});
