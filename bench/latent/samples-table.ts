import { analysisOptions } from '../../src/contract/analysis.ts';
import { fitMixture } from '../../src/engine/density/mixture.ts';
import { prdc } from '../../src/engine/diversity/sample-quality.ts';
import type { Matrix } from '../../src/engine/linear/matrix.ts';
import { fitPixelPca, projectPixelPca } from '../../src/engine/linear/pca.ts';
import { encodeAll } from '../../src/engine/model/encode-all.ts';
import { trainModel } from '../../src/engine/model/train.ts';
import type { PixelSet } from '../../src/engine/pixels/pixel-set.ts';
import { Random } from '../../src/engine/random.ts';
import { copyCheck } from './copy-check.ts';

const COMPONENTS = 10;
const SAMPLES = 5000;
const SECONDS = 30;

/** Samples of the prior, of a mixture fitted on the latents, and reconstructions, judged against as many images in pixel-PCA64. */
export async function samplesTable(pixels: PixelSet, seeds: number[]): Promise<string> {
  const lines = [
    '| seed | drawn from | precision | recall | density | coverage | marked as copies (.01 expected) |',
    '|---|---|---|---|---|---|---|',
  ];
  const pca = await fitPixelPca(pixels, 64);
  const real = await projectPixelPca(pca, pixels);
  for (const seed of seeds) {
    const { model } = await trainModel(pixels, analysisOptions.parse({ seconds: SECONDS, seed }), {});
    const { mean } = await encodeAll(model, pixels, seed);
    const mixture = await fitMixture(mean, COMPONENTS, { seed });
    const random = new Random(seed);
    const order = random.shuffle(Uint32Array.from({ length: pixels.count }, (_, i) => i));
    const images = rowsOf(real, order.subarray(0, SAMPLES));
    const drawn: [name: string, z: Float32Array][] = [
      ['prior', Float32Array.from({ length: SAMPLES * model.latent }, () => random.normal())],
      [`mixture of ${COMPONENTS}`, mixture.sample(SAMPLES, random).data],
      ['reconstructions of other images', rowsOf(mean, order.subarray(SAMPLES, 2 * SAMPLES)).data],
    ];
    for (const [name, z] of drawn) {
      const decoded: PixelSet = { ...pixels, count: SAMPLES, data: model.decode(z) };
      const fake = await projectPixelPca(pca, decoded);
      const { precision, recall, density, coverage } = await prdc(images, fake, 5);
      const { share } = await copyCheck(images, fake);
      lines.push(`| ${seed} | ${name} | ${[precision, recall, density, coverage, share].map((value) => value.toFixed(3)).join(' | ')} |`);
    }
    model.dispose();
  }
  return `${pixels.count} images, ${SECONDS} s of training, ${SAMPLES} samples against ${SAMPLES} images, k = 5.\n\n${lines.join('\n')}`;
}

function rowsOf({ columns, data }: Matrix, chosen: Uint32Array): Matrix {
  const taken = new Float32Array(chosen.length * columns);
  chosen.forEach((from, i) => {
    taken.set(data.subarray(from * columns, (from + 1) * columns), i * columns);
  });
  return { rows: chosen.length, columns, data: taken };
}
