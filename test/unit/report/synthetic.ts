import type { Expectation } from '../../../src/contract/report.ts';
import { testExpectations } from '../../../src/engine/expectations/expectations.ts';
import type { Space } from '../../../src/engine/features/space.ts';
import { attributeParts as findParts } from '../../../src/engine/findings/attribute-parts.ts';
import { summariseCopies } from '../../../src/engine/findings/copies.ts';
import { findGroups } from '../../../src/engine/groups/find-groups.ts';
import { columnOf } from '../../../src/engine/linear/matrix.ts';
import { attributeColumns } from '../../../src/engine/pixels/attribute-columns.ts';
import type { ImageFacts, PixelSet } from '../../../src/engine/pixels/pixel-set.ts';
import { Random } from '../../../src/engine/random.ts';
import { buildReport, type ReportInput } from '../../../src/engine/report/build-report.ts';
import { weighImages } from '../../../src/engine/weights/weigh-images.ts';

const SIZE = 28;

export interface SyntheticStudy
  extends Omit<ReportInput, 'attributes' | 'weights' | 'groups' | 'expectations' | 'image' | 'paths' | 'attributeParts' | 'copies'> {
  isPlanted: boolean[];
  isDark: boolean[];
  pixels: PixelSet;
  facts: ImageFacts;
  features: Space;
  expectations: Expectation[];
}

/** What an analysis finds in it, seed 0, in the order that an analysis takes. */
export async function reportOf(study: SyntheticStudy, signal?: AbortSignal) {
  const { pixels, z, active, features, facts } = study;
  const attributes = attributeColumns(facts);
  const { groups, group, members, rarity, rarityAttributes } = await findGroups(
    { features, duplicateOf: new Int32Array(z.rows).fill(-1), z, active, attributes },
    0,
    { signal },
  );
  const weights = weighImages(z, active, { composition: study.composition, kind: new Int32Array(z.rows) }, 0);
  const latents = new Map(Array.from({ length: z.columns }, (_, i) => [`z_0${i}`, columnOf(z, i)] as const));
  const expectations = testExpectations(study.expectations, {
    images: z.rows,
    attributes,
    latents,
    groups: new Map(members.map(({ length }, id) => [id, length])),
    labels: facts.label,
  });
  const attributeParts = await findParts(facts, study.distinct, Int32Array.from(study.duplicateOf.keys()), 0, { signal });
  const copies = summariseCopies({ duplicateOf: study.duplicateOf, exact: 0, near: 0 }, facts.label);
  const report = buildReport({
    ...study,
    attributeParts,
    copies,
    image: pixels,
    paths: facts.path,
    attributes,
    weights,
    groups,
    expectations,
  });
  return { report, columns: { group, members, rarity, rarityAttributes, weights } };
}

/**
 * Gray images of soft bars of any brightness; `planted` of them as small bright squares in a corner, `dark` of the bars at a quarter of
 * their brightness. Latent 0 is the bar's brightness, latent 1 its position, latents 2 and 3 noise; latent 4 is dead.
 */
export function syntheticStudy({ count = 400, planted = 0, dark = 0, seed = 1 } = {}): SyntheticStudy {
  const random = new Random(seed);
  const area = SIZE * SIZE;
  const data = new Uint8Array(count * area);
  const z = { rows: count, columns: 5, data: new Float32Array(count * 5) };
  const isPlanted = Array.from({ length: count }, (_, i) => i < planted);
  const isDark = Array.from({ length: count }, (_, i) => i >= planted && i < planted + dark);
  const facts = {
    path: Array.from({ length: count }, (_, i) => `image-${i}.png`),
    label: Array.from({ length: count }, (_, i) => (i % 4 === 0 ? 'first' : 'second')),
    width: new Uint32Array(count).fill(SIZE),
    height: new Uint32Array(count).fill(SIZE),
    bytes: new Float64Array(count).fill(area),
    brightness: new Float32Array(count),
    contrast: new Float32Array(count),
    saturation: new Float32Array(count),
    sharpness: new Float32Array(count),
    jpegQuality: new Float32Array(count).fill(Number.NaN),
    camera: new Array<string>(count).fill(''),
    takenAt: new Float64Array(count).fill(Number.NaN),
    contentHash: new Uint8Array(32 * count),
  };
  const shape = { rows: count, columns: 49, data: new Float32Array(count * 49) };
  for (let i = 0; i < count; i += 1) {
    const level = (0.55 + 0.35 * random.uniform()) * (isDark[i] ? 0.25 : 1);
    const centre = 8 + 12 * random.uniform();
    for (let y = 0; y < SIZE; y += 1)
      for (let x = 0; x < SIZE; x += 1) {
        const value = isPlanted[i] ? (x < 9 && y < 9 ? 0.8 : 0.15) : level * (0.25 + 0.75 * Math.exp(-(((x - centre) / 4) ** 2)));
        const pixel = Math.max(0, Math.min(255, Math.round(255 * value + 3 * random.normal())));
        data[i * area + y * SIZE + x] = pixel;
        shape.data[i * 49 + Math.floor(y / 4) * 7 + Math.floor(x / 4)] =
          (shape.data[i * 49 + Math.floor(y / 4) * 7 + Math.floor(x / 4)] as number) + pixel / level / 4080;
      }
    const pixels = data.subarray(i * area, (i + 1) * area);
    const mean = pixels.reduce((sum, value) => sum + value, 0) / area / 255;
    facts.brightness[i] = mean;
    facts.contrast[i] = Math.sqrt(pixels.reduce((sum, value) => sum + (value / 255 - mean) ** 2, 0) / area);
    facts.sharpness[i] = facts.contrast[i] as number;
    z.data.set([6 * (mean - 0.3), (centre - 14) / 4, random.normal(), random.normal(), 0], i * 5);
  }
  const error = Float32Array.from({ length: count }, () => 0.01 + 0.001 * random.uniform());
  return {
    isPlanted,
    isDark,
    studyId: 'synthetic-study',
    name: 'Bars <b>&"',
    createdAt: '2026-01-02T03:04:05.000Z',
    provenance: {
      source: '/photos/bars',
      sourceKind: 'folder',
      listingSha256: 'ab'.repeat(32),
      modelSha256: null,
      seed: 0,
      images: count,
      skipped: 1,
      notes: [{ code: 'window-bits', params: { samples: 'uint16', low: 0, high: 4095 } }],
      duplicates: { exact: 0, near: 2 },
      standsOn: { umap: 'features', pca: 'latents' },
      versions: { sonde: '0.1.0' },
    },
    pixels: { count, size: SIZE, channels: 1, data },
    facts,
    z,
    klPerLatent: Float32Array.from([2, 3, 1, 0.5, 0]),
    active: [0, 1, 2, 3],
    elbo: error,
    bitsPerDimension: null,
    meanSquaredError: 0.01,
    meanImageSquaredError: 0.05,
    heldOut: { images: 40, meanSquaredError: 0.011, pcaMeanSquaredError: 0.014, meanImageSquaredError: 0.052, codeSize: 8 },
    importanceBound: null,
    features: { points: shape, metric: 'cosine', names: Array.from({ length: 49 }, (_, i) => `shape_${i}`) },
    distinct: Uint32Array.from({ length: count }, (_, i) => i),
    duplicateOf: new Int32Array(count).fill(-1),
    factors: null,
    intrinsicDimension: {
      twoNN: { value: 3, low: 2, high: 4 },
      levinaBickel: { value: 3, low: 2, high: 4 },
      mackayGhahramani: { value: 3, low: 2, high: Number.NaN },
      images: count,
    },
    mixture: { components: 3, bic: -12, overOne: null },
    composition: null,
    missing: null,
    damage: null,
    subfolders: null,
    independence: null,
    logDensity: error,
    outliers: {
      why: (index) => ({ nearest: (index + 1) % count, attribute: null, residual: [0, 1, 0, 1] }),
      score: error,
      rank: Uint32Array.from({ length: count }, (_, i) => count - i),
      reasons: () => [{ component: 'bulk', percentile: 99 }],
      method: 'test',
      nullControl: { quantile: 0.999, images: count, beyond: 7, expected: 0.001 * count },
    },
    diversity: null,
    expectations: [],
  };
}
