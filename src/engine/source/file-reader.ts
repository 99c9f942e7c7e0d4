import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';

export interface FilesWanted {
  id: number;
  files: string[];
}
export interface FilesRead {
  id: number;
  buffer: ArrayBuffer;
  /** In the order wanted: where a file lies in the buffer, or why it could not be read. */
  files: ({ start: number; length: number } | { error: string })[];
}

interface Waiting {
  files: number;
  resolve(results: PromiseSettledResult<Uint8Array>[]): void;
}

/** Whole files by way of a reading thread. It is begun with the first call; until it runs, files are read here. */
export class FileReader {
  #worker: Worker | null = null;
  #runs = false;
  #next = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** Answers in the order of the files; no file's fault is another's. */
  read(files: string[]): Promise<PromiseSettledResult<Uint8Array>[]> {
    if (files.length === 0) return Promise.resolve([]);
    this.#worker ??= this.#begin();
    if (!this.#runs) return Promise.allSettled(files.map((file) => readFile(file)));
    const worker = this.#worker;
    // Idle, the thread keeps no process alive.
    worker.ref();
    const id = this.#next;
    this.#next += 1;
    const wanted: FilesWanted = { id, files };
    return new Promise((resolve) => {
      this.#waiting.set(id, { files: files.length, resolve });
      worker.postMessage(wanted);
    });
  }

  #begin(): Worker {
    const worker = new Worker(new URL('./file-reader.worker.ts', import.meta.url));
    worker.on('message', ({ id, buffer, files }: FilesRead) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) worker.unref();
      waiting?.resolve(
        files.map((file) =>
          'error' in file
            ? { status: 'rejected', reason: file.error }
            : { status: 'fulfilled', value: new Uint8Array(buffer, file.start, file.length) },
        ),
      );
    });
    worker.once('online', () => {
      this.#runs = true;
    });
    worker.unref();
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', () => this.#fail(new Error('the reading thread ended')));
    return worker;
  }

  /** Out of memory, say: the files that were waited for count as unreadable for that reason, and the next call begins a new thread. */
  #fail(error: Error): void {
    this.#worker = null;
    this.#runs = false;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { files, resolve } of all) resolve(Array.from({ length: files }, () => ({ status: 'rejected', reason: error })));
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }
}
