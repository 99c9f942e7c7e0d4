import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, expect, test } from 'vitest';
import { analysisOptions } from '../../../src/contract/analysis.ts';
import { ProgressReporter } from '../../../src/engine/analysis/progress.ts';
import { runAnalysis } from '../../../src/engine/analysis/run-analysis.ts';
import { TrainingControl } from '../../../src/engine/model/training-control.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'sonde-repeatable-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const source = fileURLToPath(new URL('../../fixtures/hands', import.meta.url));
// Weights that are drawn anew with each epoch: what they are drawn by must not know the time.
const options = analysisOptions.parse({
  epochs: 2,
  size: 28,
  limit: 50,
  seed: 7,
  batchSize: 16,
  adaptiveResampling: true,
  encoder: 'none',
});
const FILES = ['images.parquet', 'features.npy', 'model/weights.safetensors', 'mixture.json', 'scorer.safetensors'];

const waiting = new Int32Array(new SharedArrayBuffer(4));
/** Holds the thread that trains, as another process may. */
const hold = (milliseconds: number) => Atomics.wait(waiting, 0, 0, milliseconds);

async function study(name: string, onFrame: () => void): Promise<Map<string, Buffer>> {
  const folder = path.join(root, name);
  await runAnalysis(
    { begin: { source, folder, studyId: 'repeatable', options } },
    {
      signal: new AbortController().signal,
      control: new TrainingControl(),
      reporter: new ProgressReporter('run', 'repeatable', onFrame),
    },
  );
  return new Map(FILES.map((file) => [file, readFileSync(path.join(folder, file))]));
}

test('the same images, options and seed give the same study to the bit, however busy the machine', async () => {
  const quiet = await study('quiet', () => undefined);
  const load = new Worker('for (;;) Math.sqrt(Math.random());', { eval: true });
  try {
    let frames = 0;
    const busy = await study('busy', () => {
      frames += 1;
      hold((frames % 3) * 20);
    });
    for (const [file, bytes] of quiet) expect(busy.get(file)?.equals(bytes), file).toBe(true);
  } finally {
    await load.terminate();
  }
}, 600_000);
