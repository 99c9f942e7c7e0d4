import { spawn } from 'node:child_process';

/** Runs a program to its end. Rejects with the last lines of what it said. Resolves with its standard output. */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let out = '';
    let said = '';
    child.stdout.on('data', (text) => {
      out += text;
      said = (said + text).slice(-4000);
    });
    child.stderr.on('data', (text) => {
      said = (said + text).slice(-4000);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(`${program} ended with code ${code}\n${said.trim().split('\n').slice(-8).join('\n')}`));
    });
  });
}

/** Whether a program answers. */
export async function answers(program, args = ['--version']) {
  try {
    await run(program, args);
    return true;
  } catch {
    return false;
  }
}
