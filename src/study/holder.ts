/**
 * Which process writes a study, as it says beside its lock: to name it to a person, and for main to show a study as running. Who may write
 * is decided by the lock alone (lock.ts); this can only be shown wrongly.
 */
import { readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { HOLDER_FILE } from './files.ts';

const holder = z.object({
  pid: z.number().int().positive(),
  /** What tells it from a later process of the same number; null where the system does not say. */
  birth: z.string().nullable(),
});
type Holder = z.infer<typeof holder>;

/** Linux: the boot and the clock tick at which the process began. */
function birthOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Counted from behind the program's name, which may hold anything: the 22nd field of the line.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}`;
  } catch {
    // No such process, or no /proc.
    return null;
  }
}

function alive({ pid, birth }: Holder): boolean {
  if (birth !== null) return birthOf(pid) === birth;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export async function writeHolder(folder: string): Promise<void> {
  const self: Holder = { pid: process.pid, birth: birthOf(process.pid) };
  // Half of it, read meanwhile, names nobody; the next look does.
  await writeFile(path.join(folder, HOLDER_FILE), JSON.stringify(self));
}

export async function forgetHolder(folder: string): Promise<void> {
  await rm(path.join(folder, HOLDER_FILE), { force: true });
}

/** Whether a living process says that it writes the study. */
export const isHeld = async (folder: string): Promise<boolean> => (await livingHolder(folder)) !== null;

/** The living process that says it writes the study, or null. */
export async function livingHolder(folder: string): Promise<number | null> {
  let text: string;
  try {
    text = await readFile(path.join(folder, HOLDER_FILE), 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
  try {
    const said = holder.parse(JSON.parse(text));
    return alive(said) ? said.pid : null;
  } catch {
    // Not written by a holder: nobody is named.
    return null;
  }
}
