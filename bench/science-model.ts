/**
 * The default model on images that it was not trained on, beside PCA with as many components: folders of photographs and of clothes, whole and cut
 * down to small ones, three seeds.
 *
 *   npm run bench -- science model --folders A,B,... [--limits 50,200,1000,all] [--seeds 0,1,2] [--model vae|ae] [--epochs N] [--batch-size N]
 *
 * A folder is anything that the program opens; default: the sample.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { analysisOptions } from '../src/contract/analysis.ts';
import { trainModel } from '../src/engine/model/train.ts';
import type { HeldOutSummary, TrainingSummary } from '../src/engine/model/training-hooks.ts';
import { decodeSource } from '../src/engine/pixels/decode-source.ts';
import type { PixelSet } from '../src/engine/pixels/pixel-set.ts';
import { Random } from '../src/engine/random.ts';
import { openSource } from '../src/engine/source/open-source.ts';
import { writeSection } from './results.ts';

const { values } = parseArgs({
  options: {
    folders: { type: 'string', default: 'sample' },
    limits: { type: 'string', default: '50,200,1000,all' },
    seeds: { type: 'string', default: '0,1,2' },
    model: { type: 'string', default: 'vae' },
    epochs: { type: 'string' },
    'batch-size': { type: 'string' },
  },
});
const seeds = values.seeds.split(',').map(Number);

/** `count` of them drawn by the seed: folders are sorted by kind, so the first would be one kind. */
function some(pixels: PixelSet, count: number, seed: number): PixelSet {
  const length = pixels.size * pixels.size * pixels.channels;
  const chosen = new Random(seed).shuffle(Uint32Array.from({ length: pixels.count }, (_, i) => i)).slice(0, count);
  const data = new Uint8Array(chosen.length * length);
  chosen.forEach((from, i) => {
    data.set(pixels.data.subarray(from * length, (from + 1) * length), i * length);
  });
  return { ...pixels, count: chosen.length, data };
}

const mean = (numbers: number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const rows: string[] = [];
for (const folder of values.folders.split(',')) {
  const { pixels } = await decodeSource(await openSource(folder === 'sample' ? folder : path.resolve(folder)), {
    size: null,
    color: null,
    folder: null,
    limit: null,
  });
  const counts = values.limits.split(',').map((limit) => (limit === 'all' ? pixels.count : Number(limit)));
  for (const count of counts.filter((one) => one <= pixels.count)) {
    const runs: (TrainingSummary & { heldOut: HeldOutSummary })[] = [];
    for (const seed of seeds) {
      const epochs = values.epochs ? Number(values.epochs) : null;
      const batchSize = values['batch-size'] ? Number(values['batch-size']) : null;
      const { model, summary } = await trainModel(
        some(pixels, count, seed),
        analysisOptions.parse({ model: values.model, seed, epochs, batchSize }),
      );
      model.dispose();
      if (!summary.heldOut) throw new Error('no image was held out');
      runs.push({ ...summary, heldOut: summary.heldOut });
      const { meanSquaredError, pcaMeanSquaredError } = summary.heldOut;
      process.stderr.write(
        `${path.basename(folder)} ${count} seed ${seed}: ${(meanSquaredError / pcaMeanSquaredError).toFixed(3)} of PCA's, ${summary.ended} at ${summary.steps} of ${summary.plannedSteps} (best ${summary.bestStep}), ${summary.augmentations.join('+') || 'nothing'} , ${summary.seconds.toFixed(0)} s\n`,
      );
    }
    const ratios = runs.map(({ heldOut }) => heldOut.meanSquaredError / heldOut.pcaMeanSquaredError);
    const of = (pick: (run: (typeof runs)[number]) => number, digits: number) => mean(runs.map(pick)).toFixed(digits);
    rows.push(
      `| ${path.basename(folder)}, ${count} at ${pixels.size} x ${pixels.size} x ${pixels.channels} | ${of((run) => run.heldOut.codeSize, 0)} | ` +
        `${of((run) => run.heldOut.images, 0)} | ${of((run) => run.heldOut.meanImageSquaredError, 5)} | ${of((run) => run.heldOut.pcaMeanSquaredError, 5)} | ` +
        `${of((run) => run.heldOut.meanSquaredError, 5)} | ${mean(ratios).toFixed(3)} (${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}) | ` +
        `${of((run) => run.bestStep ?? run.steps, 0)} of ${of((run) => run.plannedSteps ?? run.steps, 0)} | ${[...new Set(runs.flatMap((run) => run.augmentations))].join(', ') || '–'} | ${of((run) => run.seconds, 0)} |`,
    );
  }
}
const table = [
  `Squared error a pixel on held-out images, means over the seeds ${seeds.join(', ')} (range of the ratio in brackets); ${values.model}, default options${values.epochs ? `, at most ${values.epochs} epochs` : ''}${values['batch-size'] ? `, ${values['batch-size']} images a step` : ''}.`,
  '',
  "| folder | code | held out | mean image | PCA | model | of PCA's | best step of planned | changed by | s |",
  '|---|---|---|---|---|---|---|---|---|---|',
  ...rows,
].join('\n');
process.stdout.write(`${table}\n`);
await writeSection(`The model on held-out images (${values.model})`, 'npm run bench -- science model --folders HANDS,CIFAR,FASHION', table);
