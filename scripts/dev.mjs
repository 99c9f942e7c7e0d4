/**
 * npm run dev [-- --sample]: the program from its sources. An edited component is replaced in the page, an edited file of main starts the
 * program anew, an edited file of the engine starts the engine anew.
 */
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { buildMessages, forgetWindow } from './build.mjs';
import { asSuperuser, displayOrExit } from './display.mjs';
import { electronProgram, engineNode, modules, root } from './setup/places.mjs';
import { setupOrExit } from './setup.mjs';

/** A port of loopback: this one where it is free, so that a debugger's settings hold; else any. */
function port(wanted) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(port(0)));
    server.listen(wanted, '127.0.0.1', () => {
      const { port: found } = server.address();
      server.close(() => resolve(found));
    });
  });
}

displayOrExit();
await setupOrExit();
await buildMessages();
await forgetWindow();
const [page, main, window, engine] = [await port(5173), await port(5858), await port(9222), await port(9230)];
process.stdout.write(
  `inspectors: main 127.0.0.1:${main}, page 127.0.0.1:${window}, engine 127.0.0.1:${engine} (.vscode/launch.json attaches to all three)\n`,
);
// A sentence that is edited becomes its module; what imports it follows as after any other edit.
let compiling = Promise.resolve();
watch(path.join(root, 'messages'), () => {
  compiling = compiling.then(buildMessages).catch((error) => process.stderr.write(`${error.message}\n`));
});
const electronVite = path.join(modules, 'electron-vite', 'bin', 'electron-vite.js');
const inspectors = [`--inspect=${main}`, `--remoteDebuggingPort=${window}`];
// Studies and settings of a session are its own, not those of the program that the same person uses.
const home = `--user-data-dir=${path.join(root, 'out', 'dev-home')}`;
const child = spawn(engineNode, [electronVite, 'dev', '--watch', ...inspectors, '--', home, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    ELECTRON_EXEC_PATH: electronProgram,
    SONDE_DEV_PORT: String(page),
    SONDE_ENGINE_INSPECTOR: `127.0.0.1:${engine}`,
    ...(asSuperuser && { NO_SANDBOX: '1' }),
  },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('close', (code) => process.exit(code ?? 0));
