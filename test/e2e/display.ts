import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './program.ts';

/** Before the tests: what they open must be built, and on Linux without a display there must be one in memory. */
export default async function setup(): Promise<(() => void) | undefined> {
  for (const built of ['main/index.cjs', 'preload/index.cjs', 'renderer/index.html']) {
    if (!existsSync(path.join(root, 'out', built))) throw new Error(`out/${built} is not there: run npm run build first`);
  }
  if (process.platform !== 'linux' || process.env.DISPLAY) return undefined;
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise<string>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`Xvfb ended with code ${code}`)));
    server.stdio[3]?.once('data', (text: Buffer) => resolve(text.toString().trim()));
  });
  process.env.DISPLAY = `:${number}`;
  return () => void server.kill();
}
