import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fitMixture } from '../../src/engine/density/mixture.ts';
import { fitPixelPca, projectPixelPca } from '../../src/engine/linear/pca.ts';
import { type Labelled, pixelSet } from './fashion.ts';
import { inPlace, withoutFiles } from './ours.ts';

const LATENTS = 16;
const COMPONENTS = 10;

function everything(data: Labelled, test: Labelled) {
  const images = new Uint8Array(data.images.length + test.images.length);
  images.set(data.images);
  images.set(test.images, data.images.length);
  return pixelSet(images);
}

/** All 70,000 images in place, their features included. */
export async function outlierSpeed(data: Labelled, test: Labelled): Promise<string> {
  const pixels = everything(data, test);
  const given = withoutFiles(pixels);
  const started = performance.now();
  await inPlace(given, 0);
  return `Outliers in place of ${pixels.count.toLocaleString('en')} images, features included: ${((performance.now() - started) / 1000).toFixed(1)} s.`;
}

/** The mixture on 70,000 x 16 beside scikit-learn's, both from equal spheres around the same ten points. */
export async function densitySpeed(data: Labelled, test: Labelled): Promise<string> {
  const pixels = everything(data, test);
  const z = await projectPixelPca(await fitPixelPca(pixels, LATENTS), pixels);
  const means = Float64Array.from(
    { length: COMPONENTS * LATENTS },
    (_, i) => z.data[Math.floor(i / LATENTS) * 7_000 * LATENTS + (i % LATENTS)] as number,
  );
  const covariances = new Float64Array(COMPONENTS * LATENTS * LATENTS);
  for (let c = 0; c < COMPONENTS; c += 1) for (let i = 0; i < LATENTS; i += 1) covariances[(c * LATENTS + i) * LATENTS + i] = 1;
  const start = { weights: new Float64Array(COMPONENTS).fill(1 / COMPONENTS), means, covariances };
  const started = performance.now();
  const fitted = await fitMixture(z, COMPONENTS, { seed: 0, start });
  const seconds = (performance.now() - started) / 1000;
  const ours = `Mixture of ${COMPONENTS} on ${pixels.count.toLocaleString('en')} x ${LATENTS}: ${seconds.toFixed(1)} s, ${fitted.iterations} iterations, mean log-likelihood ${fitted.meanLogLikelihood.toFixed(4)}`;
  const folder = await mkdtemp(path.join(tmpdir(), 'sonde-mixture-'));
  try {
    await writeFile(path.join(folder, 'points.bin'), z.data);
    const script = path.join(import.meta.dirname, '..', 'peers', 'mixture.py');
    const run = spawnSync(process.env.SONDE_BENCH_PYTHON ?? 'python3', [script, folder, String(LATENTS), String(COMPONENTS)], {
      encoding: 'utf8',
    });
    if (run.status !== 0) return `${ours} (scikit-learn was not at hand).`;
    const peer = JSON.parse(run.stdout) as { seconds: number; logLikelihood: number; iterations: number };
    return `${ours}; scikit-learn from the same start: ${peer.seconds.toFixed(1)} s, ${peer.iterations} iterations, ${peer.logLikelihood.toFixed(4)}.`;
  } finally {
    await rm(folder, { recursive: true });
  }
}
