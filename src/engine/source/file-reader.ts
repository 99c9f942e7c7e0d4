import { readFile } from 'node:fs/promises';
import { Thread } from '../thread/thread.ts';

/** All files in one buffer. */
export interface FilesRead {
  buffer: ArrayBuffer;
  /** In the order wanted: where a file lies in the buffer, or why it could not be read. */
  files: ({ start: number; length: number } | { error: string })[];
}

const thread = new Thread<string[], FilesRead>(new URL('./file-reader.worker.ts', import.meta.url));

/** Whole files by way of a reading thread; until it runs, they are read here. In the order of the files; no file's fault is another's. */
export async function readFiles(files: string[]): Promise<PromiseSettledResult<Uint8Array>[]> {
  if (files.length === 0) return [];
  thread.begin();
  if (!thread.runs) return Promise.allSettled(files.map((file) => readFile(file)));
  let read: FilesRead;
  try {
    read = await thread.ask(files);
  } catch (reason) {
    // Out of memory, say: these files count as unreadable for that reason.
    return files.map(() => ({ status: 'rejected', reason }));
  }
  return read.files.map((file) =>
    'error' in file
      ? { status: 'rejected', reason: file.error }
      : { status: 'fulfilled', value: new Uint8Array(read.buffer, file.start, file.length) },
  );
}
