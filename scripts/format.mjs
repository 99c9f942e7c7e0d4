/** npm run format: every file as the checks want it. */
import { formatters } from './check.mjs';
import { engineNode, root } from './setup/places.mjs';
import { run } from './setup/run.mjs';
import { setupOrExit } from './setup.mjs';

await setupOrExit({ window: false });
for (const args of formatters) process.stdout.write(await run(engineNode, args, { cwd: root }));
