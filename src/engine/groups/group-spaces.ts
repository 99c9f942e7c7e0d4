import type { AttributeName, GroupSpace } from '../../contract/report.ts';
import { columnsOf, isEncoderColumn, type Space, unitRows } from '../features/space.ts';
import { columnOf, joinColumns, type Matrix } from '../linear/matrix.ts';
import { quantile, varies } from '../statistics/histogram.ts';

export interface GroupSpaceOfImages {
  /** The lenses that it looks through, together. */
  seen: GroupSpace[];
  points: Matrix;
  /** What its candidates come from: a graph of neighbours, or centres where distances from a centre mean something by themselves. */
  by: 'graph' | 'centres';
}

/** Robustly standardised attributes are cut here, so that one absurd value does not claim a cluster. */
const ATTRIBUTE_LIMIT = 8;

/**
 * The spaces that groups are looked for in: the features that the folder taught (patches, shape, colours), those of an encoder, and both
 * together, by cosine; active latents; and the attributes on their own, because dark or blurred images look more typical than average in
 * every learned space.
 */
export function groupSpaces(input: {
  features: Space;
  z: Matrix;
  active: readonly number[];
  attributes: Map<AttributeName, Float32Array>;
}): GroupSpaceOfImages[] {
  const { points, names } = input.features;
  const own = columnsOf(points, names, (name) => !isEncoderColumn(name));
  const encoder = columnsOf(points, names, isEncoderColumn);
  const spaces: GroupSpaceOfImages[] = [
    { seen: ['features'], points: unitRows(own), by: 'graph' },
    { seen: ['encoder'], points: unitRows(encoder), by: 'graph' },
  ];
  if (own.columns > 0 && encoder.columns > 0) spaces.push({ seen: ['features', 'encoder'], points: unitRows(points), by: 'graph' });
  spaces.push({ seen: ['latents'], points: joinColumns(input.active.map((latent) => columnOf(input.z, latent))), by: 'centres' });
  const attributes = attributeSpace(input.attributes);
  if (attributes) spaces.push({ seen: ['attributes'], points: attributes, by: 'centres' });
  return spaces.filter(({ points: { columns } }) => columns > 0);
}

/** The attributes that vary, each robustly standardised; null where none does. */
export function attributeSpace(attributes: Map<AttributeName, Float32Array>): Matrix | null {
  const varying = [...attributes].filter(([, values]) => varies(values));
  return varying.length > 0 ? joinColumns(varying.map(([, values]) => standardise(values))) : null;
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
