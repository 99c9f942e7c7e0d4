import type { AttributeName, GroupSpace } from '../../contract/report.ts';
import { breathe, type Hooks } from '../hooks.ts';
import type { Matrix } from '../latent/matrix.ts';
import { fitPca, projectPca } from '../latent/pca.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { varies } from './attributes.ts';
import { columnOf, quantile } from './histogram.ts';

export interface Space {
  name: GroupSpace;
  points: Matrix;
}

const HOG_COMPONENTS = 64;
const PIXEL_COMPONENTS = 16;
/** Robustly standardised attributes are cut here, so that one absurd value does not claim a cluster. */
const ATTRIBUTE_LIMIT = 8;

/**
 * The spaces that groups are looked for in: active latents; shape (PCA of HOG); pixels (PCA); and the attributes on their own, because
 * dark or blurred images look more typical than average in every learned space.
 */
export async function groupSpaces(
  input: { pixels: PixelSet; z: Matrix; active: readonly number[]; hog: Matrix; attributes: Map<AttributeName, Float32Array> },
  hooks: Hooks = {},
): Promise<Space[]> {
  const { signal } = hooks;
  const spaces: Space[] = [];
  if (input.active.length > 0)
    spaces.push({ name: 'latents', points: joinColumns(input.active.map((latent) => columnOf(input.z, latent))) });
  const hog = await fitPca(input.hog, Math.min(HOG_COMPONENTS, input.hog.columns), { signal });
  spaces.push({ name: 'hog', points: projectPca(hog, input.hog) });
  const pooled = await poolPixels(input.pixels, hooks);
  const pixels = await fitPca(pooled, Math.min(PIXEL_COMPONENTS, pooled.columns), { signal });
  spaces.push({ name: 'pixels', points: projectPca(pixels, pooled) });
  const attributes = [...input.attributes].filter(([, values]) => varies(values));
  if (attributes.length > 0)
    spaces.push({ name: 'attributes', points: joinColumns(attributes.map(([name, values]) => standardise(name, values))) });
  return spaces;
}

/** Images averaged over 2 x 2 pixels, 0..1, n x (size / 2)^2 channels: its leading principal components are the full image's. */
async function poolPixels({ count, size, channels, data }: PixelSet, { signal }: Hooks): Promise<Matrix> {
  const half = Math.floor(size / 2);
  const columns = half * half * channels;
  const pooled = new Float32Array(count * columns);
  for (let image = 0; image < count; image += 1) {
    if (image % 500 === 499) await breathe(signal);
    const base = image * size * size * channels;
    let to = image * columns;
    for (let y = 0; y < half; y += 1)
      for (let x = 0; x < half; x += 1)
        for (let channel = 0; channel < channels; channel += 1) {
          const at = base + (2 * y * size + 2 * x) * channels + channel;
          const below = at + size * channels;
          const sum = (data[at] as number) + (data[at + channels] as number) + (data[below] as number) + (data[below + channels] as number);
          pooled[to] = sum / 1020;
          to += 1;
        }
  }
  return { rows: count, columns, data: pooled };
}

/** (value - median) / (interquartile range / 1.349), cut at +-8; aspect and size in the logarithm first. */
export function standardise(name: AttributeName, values: Float32Array): Float32Array {
  const scaled = name === 'aspect' || name === 'size' ? values.map(Math.log) : values;
  const sorted = Float32Array.from(scaled).sort();
  const median = quantile(sorted, 0.5);
  let spread = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.349;
  // Half of the images may share one value: then the whole spread has to do.
  if (!(spread > 0)) spread = Math.sqrt(scaled.reduce((sum, value) => sum + (value - median) ** 2, 0) / scaled.length);
  return scaled.map((value) => Math.max(-ATTRIBUTE_LIMIT, Math.min(ATTRIBUTE_LIMIT, (value - median) / spread)));
}

function joinColumns(columns: Float32Array[]): Matrix {
  const rows = columns[0]?.length ?? 0;
  const data = new Float32Array(rows * columns.length);
  columns.forEach((values, c) => {
    for (let i = 0; i < rows; i += 1) data[i * columns.length + c] = values[i] as number;
  });
  return { rows, columns: columns.length, data };
}
