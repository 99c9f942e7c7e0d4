import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The engine's standard error as a file: in it the engine finds what image libraries print of an image, and main why it died. */
export class StderrFile {
  readonly #folder: string;
  readonly #file: string;
  readonly descriptor: number;

  /** @throws what the system says where no file can be made */
  constructor() {
    this.#folder = mkdtempSync(path.join(os.tmpdir(), 'sonde-engine-'));
    this.#file = path.join(this.#folder, 'stderr');
    this.descriptor = openSync(this.#file, 'a+');
  }

  /** The child has its own descriptor. */
  handedOver(): void {
    closeSync(this.descriptor);
  }

  /** What stands in it, which then is gone. Asked again: nothing. */
  take(): string {
    let text = '';
    try {
      text = readFileSync(this.#file, 'utf8');
      rmSync(this.#folder, { recursive: true, force: true });
    } catch {
      // Taken before; or a dying process has it open still, on Windows, and the system's folder keeps it until it is swept.
    }
    return text;
  }
}
