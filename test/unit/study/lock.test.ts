import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { livingHolder } from '../../../src/study/holder.ts';
import { isLocked, lockStudy } from '../../../src/study/lock.ts';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sonde-lock-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** A process that is told a folder a line, tries to lock it, says whether it did, and gives back what it holds at the next line. */
function contender() {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./contender.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  return {
    child,
    async say(line: string): Promise<string> {
      child.stdin?.write(`${line}\n`);
      return (await lines.next()).value as string;
    },
  };
}

test('of three processes at once one holds the study, two hundred times over, whatever was left behind', async () => {
  const three = [contender(), contender(), contender()];
  const holders: number[] = [];
  for (let round = 0; round < 200; round += 1) {
    const place = await mkdtemp(path.join(folder, 'study-'));
    // As a killed process leaves it: in turn an earlier version's, this one's, and none.
    if (round % 3 === 0) await writeFile(path.join(place, '.lock'), '999999999');
    if (round % 3 === 1) await writeFile(path.join(place, '.lock'), '');
    const said = await Promise.all(three.map((one) => one.say(place)));
    holders.push(said.filter((word) => word === 'held').length);
    await Promise.all(three.map((one) => one.say('release')));
    expect(await readdir(place)).toEqual([]);
  }
  expect(holders).toEqual(Array(200).fill(1));
}, 120_000);

test('it goes from one to the next without ever being held twice', async () => {
  const three = [contender(), contender(), contender()];
  let held = 0;
  let most = 0;
  let taken = 0;
  await Promise.all(
    three.map(async (one) => {
      for (let round = 0; round < 100; round += 1) {
        if ((await one.say(folder)) === 'held') {
          held += 1;
          taken += 1;
          most = Math.max(most, held);
          held -= 1;
        }
        await one.say('release');
      }
    }),
  );
  expect(most).toBe(1);
  expect(taken).toBeGreaterThan(50);
}, 120_000);

test('a holder is named, and its lock dies with it', async () => {
  const { child, say } = contender();
  expect(await say(folder)).toBe('held');
  expect(await isLocked(folder)).toBe(true);
  expect(await livingHolder(folder)).toBe(child.pid);
  await expect(lockStudy(folder)).rejects.toMatchObject({ code: 'study-locked', params: { pid: child.pid } });
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await isLocked(folder)).toBe(false);
  expect(await livingHolder(folder)).toBe(null);
  const release = await lockStudy(folder);
  expect(await livingHolder(folder)).toBe(process.pid);
  await expect(lockStudy(folder)).rejects.toMatchObject({ code: 'study-locked' });
  // Looking at it from inside does not give it up.
  expect(await isLocked(folder)).toBe(true);
  const other = contender();
  expect(await other.say(folder)).toBe('study-locked');
  await release();
  expect(await readdir(folder)).toEqual([]);
});

test("a number that was given out again is not the holder's", async () => {
  // What a container leaves that was killed: there every engine has the same small number.
  await writeFile(path.join(folder, '.lock'), String(process.pid));
  await writeFile(path.join(folder, '.holder.json'), JSON.stringify({ pid: process.pid, birth: 'another boot 1' }));
  expect(await livingHolder(folder)).toBe(null);
  expect(await isLocked(folder)).toBe(false);
  await (await lockStudy(folder))();
});
