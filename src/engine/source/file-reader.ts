import { Thread } from '../thread/thread.ts';
import { type FilesRead, manyAtOnce, type Wanted } from './read-together.ts';

const thread = new Thread<Wanted, FilesRead>(new URL('./file-reader.worker.ts', import.meta.url));

/**
 * Files, or the first `most` bytes of each, by way of a reading thread; until it runs, they are read here. In the order of the files; no
 * file's fault is another's. All of what is asked for at once is held at once.
 */
export async function readFiles(files: (string | Buffer)[], most: number | null = null): Promise<PromiseSettledResult<Uint8Array>[]> {
  if (files.length === 0) return [];
  thread.begin();
  let read: FilesRead;
  try {
    read = thread.runs ? await thread.ask({ files, most }) : await manyAtOnce({ files, most });
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
