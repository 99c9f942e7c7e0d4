import type { AttributeName, GroupSpace } from '../../contract/report.ts';
import type { Hooks } from '../hooks.ts';
import { columnOf, joinColumns, type Matrix } from '../linear/matrix.ts';
import { fitPca, fitPixelPca, projectPca, projectPixelPca } from '../linear/pca.ts';
import { sampleRows, takeRows } from '../linear/rows.ts';
import { type PixelSet, takeImages } from '../pixels/pixel-set.ts';
import { Random } from '../random.ts';
import { quantile, varies } from '../statistics/histogram.ts';

export interface Space {
  name: GroupSpace;
  points: Matrix;
}

const HOG_COMPONENTS = 64;
const PIXEL_COMPONENTS = 16;
const FITTED_ON = 6_000;
/** Robustly standardised attributes are cut here, so that one absurd value does not claim a cluster. */
const ATTRIBUTE_LIMIT = 8;

/**
 * The spaces that groups are looked for in: active latents; shape (PCA of HOG); pixels (PCA); and the attributes on their own, because
 * dark or blurred images look more typical than average in every learned space.
 */
export async function groupSpaces(
  input: { pixels: PixelSet; z: Matrix; active: readonly number[]; hog: Matrix; attributes: Map<AttributeName, Float32Array> },
  seed: number,
  hooks: Hooks = {},
): Promise<Space[]> {
  const { signal } = hooks;
  const spaces: Space[] = [];
  if (input.active.length > 0)
    spaces.push({ name: 'latents', points: joinColumns(input.active.map((latent) => columnOf(input.z, latent))) });
  // The axes of some thousands of images are those of all.
  const rows = input.hog.rows > FITTED_ON ? sampleRows(input.hog.rows, FITTED_ON, new Random(seed)) : null;
  const fitted = rows ? takeRows(input.hog, rows) : input.hog;
  const hog = await fitPca(fitted, Math.min(HOG_COMPONENTS, input.hog.columns), { signal });
  spaces.push({ name: 'hog', points: projectPca(hog, input.hog) });
  const pixels = await fitPixelPca(rows ? takeImages(input.pixels, rows) : input.pixels, PIXEL_COMPONENTS, { signal });
  spaces.push({ name: 'pixels', points: await projectPixelPca(pixels, input.pixels, { signal }) });
  const attributes = [...input.attributes].filter(([, values]) => varies(values));
  if (attributes.length > 0) spaces.push({ name: 'attributes', points: joinColumns(attributes.map(([, values]) => standardise(values))) });
  return spaces;
}

/**
 * (log(value + .01 m) - median) / (interquartile range / 1.349), cut at +-8, m being the median of the values (their mean where that is
 * 0). In the logarithm, because a change of exposure multiplies brightness, contrast and sharpness alike.
 * @param values not negative, not all the same
 */
export function standardise(values: Float32Array): Float32Array {
  const typical = quantile(Float32Array.from(values).sort(), 0.5) || values.reduce((sum, value) => sum + value, 0) / values.length;
  const logs = values.map((value) => Math.log(value + 0.01 * typical));
  const sorted = Float32Array.from(logs).sort();
  const median = quantile(sorted, 0.5);
  let spread = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.349;
  // Half of the images may share one value: then the whole spread has to do.
  if (!(spread > 0)) spread = Math.sqrt(logs.reduce((sum, value) => sum + (value - median) ** 2, 0) / logs.length);
  return logs.map((value) => Math.max(-ATTRIBUTE_LIMIT, Math.min(ATTRIBUTE_LIMIT, (value - median) / spread)));
}
