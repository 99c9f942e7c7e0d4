import { mkdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { writeAtomically } from '../study/atomic-write.ts';

/**
 * A small file of settings in the program's own folder: read once, written whole. One that cannot be understood is set aside
 * under `.broken` with a line in the log, so that the program starts.
 */
export class JsonFile<S extends z.ZodType> {
  readonly #file: string;
  readonly #schema: S;
  #value: z.output<S>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, schema: S, value: z.output<S>) {
    this.#file = file;
    this.#schema = schema;
    this.#value = value;
  }

  static async open<S extends z.ZodType>(file: string, schema: S, fallback: z.output<S>): Promise<JsonFile<S>> {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return new JsonFile(file, schema, fallback);
    }
    try {
      return new JsonFile(file, schema, schema.parse(JSON.parse(text)));
    } catch (error) {
      console.error(`${file} cannot be understood and is set aside`, error);
      await rename(file, `${file}.broken`);
      return new JsonFile(file, schema, fallback);
    }
  }

  get value(): z.output<S> {
    return this.#value;
  }

  /** Writes in the order of the calls; resolves when this value or a later one is on disk. */
  async set(value: z.output<S>): Promise<void> {
    this.#value = value;
    const text = `${JSON.stringify(this.#schema.parse(value), null, 2)}\n`;
    const write = this.#writing.then(async () => {
      await mkdir(path.dirname(this.#file), { recursive: true });
      await writeAtomically(this.#file, text);
    });
    // A failed write is the caller's to hear of, and no reason to refuse the next.
    this.#writing = write.catch(() => undefined);
    await write;
  }
}
