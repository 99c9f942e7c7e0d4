/** npm start [-- --sample]: sets up what is missing, builds what changed, opens the window. */
import { spawn } from 'node:child_process';
import { build } from './build.mjs';
import { electronProgram, root } from './setup/places.mjs';
import { setupOrExit } from './setup.mjs';

if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
  process.stderr.write('There is no display to open a window on; the same work without one: npm run sonde -- analyze sample --study DIR\n');
  process.exit(1);
}
await setupOrExit();
await build();
// Chromium's own sandbox does not start for the superuser.
const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const child = spawn(electronProgram, [...sandbox, root, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('close', (code, signal) => {
  process.exitCode = code ?? (signal ? 1 : 0);
});
