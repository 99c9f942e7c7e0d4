/** One of several processes that want a study (lock.test.ts). */
import { createInterface } from 'node:readline';
import { lockStudy } from '../../../src/study/lock.ts';

let release: (() => Promise<void>) | null = null;
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'release') {
    await release?.();
    release = null;
    process.stdout.write('released\n');
    continue;
  }
  try {
    release = await lockStudy(line);
    process.stdout.write('held\n');
  } catch (error) {
    process.stdout.write(`${(error as { code?: string }).code ?? String(error)}\n`);
  }
}
