/** npm run screenshots -- [FOLDER] [options]: pictures of every view of the built program; test/e2e/screenshots.ts says the options. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { build } from './build.mjs';
import { engineNode, root } from './setup/places.mjs';
import { setupOrExit } from './setup.mjs';

await setupOrExit();
await build();
const child = spawn(engineNode, [path.join(root, 'test', 'e2e', 'screenshots.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
child.once('close', (code) => {
  process.exitCode = code ?? 1;
});
