/** npm start [-- --sample]: sets up what is missing, builds what changed, opens the window. */
import { spawn } from 'node:child_process';
import { build } from './build.mjs';
import { asSuperuser, displayOrExit } from './display.mjs';
import { electronProgram, root } from './setup/places.mjs';
import { setupOrExit } from './setup.mjs';

displayOrExit();
await setupOrExit();
await build();
const sandbox = asSuperuser ? ['--no-sandbox'] : [];
const child = spawn(electronProgram, [...sandbox, root, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('close', (code, signal) => {
  process.exitCode = code ?? (signal ? 1 : 0);
});
