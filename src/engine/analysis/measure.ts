/** What is computed once the model has learnt: features, duplicates, latents, layouts, density, outliers, groups, the report. */

import { damageKinds } from '../../contract/figures.ts';
import { learntNothing } from '../../contract/report.ts';
import type { StandsOn, StudyManifest } from '../../contract/study.ts';
import type { ImagesTable } from '../../study/images-table.ts';
import { describingVariables } from '../composition/differences.ts';
import { findComposition } from '../composition/find-composition.ts';
import { findDamage } from '../damage/find-damage.ts';
import { attributeLogs } from '../density/attribute-distance.ts';
import { gainOverOne } from '../density/gain-over-one.ts';
import { fitNewDataScorer } from '../density/new-data.ts';
import { whyStrange } from '../density/outlier-why.ts';
import { outlierComponents, scoreInPlace } from '../density/outliers.ts';
import { saveScorer } from '../density/scorer-file.ts';
import { selectMixture } from '../density/select-mixture.ts';
import { findDuplicates } from '../duplicates/near-duplicates.ts';
import { findFactors } from '../factors/find-factors.ts';
import { unitRows } from '../features/space.ts';
import { attributeParts } from '../findings/attribute-parts.ts';
import { summariseCopies } from '../findings/copies.ts';
import { findMissing } from '../findings/missing-combinations.ts';
import { findGroups } from '../groups/find-groups.ts';
import { findIndependence } from '../independence/find-independence.ts';
import { intrinsicDimension } from '../latent/intrinsic-dimension.ts';
import { type ImageNeighbours, layoutImages } from '../latent/layout-images.ts';
import { visibleLatents } from '../latent/visible-latents.ts';
import { fitPca, projectPca } from '../linear/pca.ts';
import { takeRows } from '../linear/rows.ts';
import { encodeAll } from '../model/encode-all.ts';
import type { Model } from '../model/model.ts';
import { splitImages } from '../model/split.ts';
import { attributeColumns } from '../pixels/attribute-columns.ts';
import { Random } from '../random.ts';
import { buildReport } from '../report/build-report.ts';
import { checkSubfolders } from '../subfolders/check-subfolders.ts';
import { weighImages } from '../weights/weigh-images.ts';
import { computeFeatures } from './compute-features.ts';
import { distinctImages } from './distinct-images.ts';
import { coordinate, damageColumns, factColumns, factorColumns, groupColumns, latentColumns } from './images-table.ts';
import { importanceOf } from './importance-of.ts';
import { liveSubsample, pickPositions } from './live-subsample.ts';
import { measureDiversity } from './measure-diversity.ts';
import type { Prepared } from './prepare.ts';
import { provenance } from './provenance.ts';
import type { RunHooks } from './run-hooks.ts';
import { saveFindings } from './save-findings.ts';
import { describedImages } from './score-source.ts';

type Column = ImagesTable extends Map<string, infer C> ? C : never;

const MAXIMUM_COMPONENTS = 50;

/** docs/method/neighbours-and-layouts.md and groups.md say why. */
const STANDS_ON: StandsOn = {
  neighbours: 'features',
  umap: 'features',
  rarity: 'features',
  pca: 'latents',
  'nearest-to-decoded': 'latents',
  density: 'latents',
};

export interface Trained extends Prepared {
  folder: string;
  model: Model;
  training: NonNullable<StudyManifest['training']>;
}

/** Computes every statistic and writes it into the study; returns the manifest as it should stand. */
export async function measure(trained: Trained, { signal, reporter }: RunHooks): Promise<StudyManifest> {
  const { manifest, pixels, facts, model, training } = trained;
  const { seed } = manifest.options;
  const hooks = { signal, onProgress: (done: number, total: number) => reporter.update(done, total) };

  reporter.begin('features', pixels.count);
  const split = splitImages(pixels.count, seed);
  const { space, encoder, description: features } = await computeFeatures(trained, trained.folder, split.trained, hooks);

  reporter.begin('duplicates', pixels.count);
  const duplicates = await findDuplicates(facts, pixels, hooks);

  reporter.begin('encode', pixels.count);
  const encoded = await encodeAll(model, pixels, seed, hooks);
  const z = encoded.mean;
  const active = training.activeLatents;

  reporter.begin('neighbours', pixels.count);
  const distinct = distinctImages(pixels);
  // A copy is no second image of a kind, and as a near neighbour it would pass for a direction less.
  const originals = distinct.filter((image) => duplicates.duplicateOf[image] === -1);
  const dimension = await intrinsicDimension(takeRows(z, originals), { seed, signal });
  const visible = active.length > 1 ? await visibleLatents(z, active, (codes) => model.decode(codes), new Random(seed), signal) : z;
  const axes = await fitPca(visible, 2, hooks);
  const pca = projectPca(axes, visible);
  const indices = liveSubsample(pixels.count, seed);
  let neighbours: ImageNeighbours | null = null;
  const umap = await layoutImages(space, duplicates.duplicateOf, {
    ...hooks,
    seed,
    onNeighbours: (found) => {
      neighbours = found;
      reporter.begin('layout');
    },
    onLayout: (positions) => reporter.map({ indices, positions: pickPositions(positions, indices) }),
  });

  const { independence, cluster } = await findIndependence({ facts, duplicateOf: duplicates.duplicateOf, space, neighbours }, seed, {
    signal,
  });

  reporter.begin('density');
  // Of the images that the model learnt from alone, so that those held out are as new to the mixture as any other.
  const { mixture } = await selectMixture(takeRows(z, split.trained), { maximum: MAXIMUM_COMPONENTS, seed, ...hooks });
  const logDensity = mixture.logDensity(z);
  // A held-out image whose copy was learnt from is not new to it.
  const repeated = new Set(duplicates.duplicateOf);
  const fresh = split.held.filter((image) => duplicates.duplicateOf[image] === -1 && !repeated.has(image));
  const overOne = await gainOverOne(mixture, z, split.trained, fresh, { seed, signal });
  const importanceBound = await importanceOf(model, pixels, { seed, signal });

  reporter.begin('factors');
  const factors = await findFactors({ z, active, distinct, features: space.points, decode: (codes) => model.decode(codes) }, seed, hooks);

  reporter.begin('outliers');
  const outliers = await scoreInPlace(space, encoder, attributeLogs(facts), { seed, ...hooks });
  const damage = await findDamage(pixels, facts, duplicates.duplicateOf, seed, { signal }, damageKinds, cluster);
  const scorer = await fitNewDataScorer(
    describedImages(encoded, { features: space.points, encoder, names: space.names }, facts),
    mixture,
    split.trained,
    duplicates.duplicateOf,
    { signal },
  );

  reporter.begin('groups');
  const attributes = attributeColumns(facts);
  const { groups, group, members, rarity, rarityAttributes } = await findGroups(
    { features: space, duplicateOf: duplicates.duplicateOf, z, active, attributes },
    seed,
    hooks,
  );

  const { composition, kind } = await findComposition(
    { features: space, duplicateOf: duplicates.duplicateOf, variables: describingVariables(attributes, factors ?? []), cluster },
    seed,
    { signal },
  );

  const subfolders = await checkSubfolders(
    { facts, pixels, factors: factors ?? [], cluster, duplicateOf: duplicates.duplicateOf, kind, neighbours },
    seed,
    { signal },
  );

  reporter.begin('diversity');
  const quality = await measureDiversity(trained.folder, space, { model, pixels, z, mixture, originals }, { seed, ...hooks });

  reporter.begin('report');
  // Frames of one burst are no more independent than copies.
  const first = originals.filter((image) => cluster[image] === image);
  const parts = await attributeParts(facts, first, cluster, seed, hooks);
  const share = (axis: 0 | 1): number => (axes.totalVariance > 0 ? (axes.variance[axis] as number) / axes.totalVariance : 0);
  const pcaShares: [number, number] = [share(0), share(1)];
  const found = { ...manifest, features, standsOn: STANDS_ON, pcaShares };
  const missing = findMissing({
    composition,
    kind,
    attributes,
    attributeParts: parts,
    factors: factors ?? [],
    distinct: [...originals],
    z: active.length > 0 && !learntNothing(training) ? z : null,
  });
  const weights = weighImages(z, active, { composition, kind }, seed);
  const report = buildReport({
    studyId: manifest.id,
    name: manifest.name,
    createdAt: manifest.createdAt,
    provenance: await provenance(trained.folder, found, duplicates),
    image: pixels,
    paths: facts.path,
    attributes,
    z,
    klPerLatent: encoded.kl,
    active,
    elbo: encoded.elbo,
    bitsPerDimension: encoded.bitsPerDimension,
    meanSquaredError: training.meanSquaredError,
    meanImageSquaredError: training.meanImageSquaredError,
    heldOut: training.heldOut,
    importanceBound,
    intrinsicDimension: dimension,
    distinct,
    duplicateOf: duplicates.duplicateOf,
    factors,
    mixture: { components: mixture.components, bic: mixture.bic, overOne },
    logDensity,
    outliers: {
      ...outliers,
      why: whyStrange({
        score: outliers.score,
        points: unitRows(space.points),
        attributes,
        pixels,
        z,
        decode: (code) => model.decode(code),
      }),
    },
    weights,
    groups,
    composition,
    missing,
    damage: damage.findings,
    independence,
    subfolders,
    diversity: quality,
    attributeParts: parts,
    copies: summariseCopies(duplicates, facts.label),
    expectations: [],
  });

  reporter.begin('save');
  const table: ImagesTable = new Map([
    ...factColumns(facts),
    ...latentColumns(z),
    ...factorColumns(factors ?? []),
    ...groupColumns(members, pixels.count),
    ...damageColumns(damage.columns),
  ]);
  const even = new Float32Array(pixels.count).fill(1);
  const columns: Record<string, Column | null> = {
    duplicate_of: duplicates.duplicateOf,
    cluster,
    x: coordinate(pca.data, 0),
    y: coordinate(pca.data, 1),
    umap_x: coordinate(umap, 0),
    umap_y: coordinate(umap, 1),
    reconstruction_error: encoded.reconstructionError,
    elbo: encoded.elbo,
    bits_per_dimension: encoded.bitsPerDimension,
    log_density: logDensity,
    outlier_score: outliers.score,
    outlier_rank: outliers.rank,
    ...Object.fromEntries(outlierComponents.map((name) => [`outlier_${name}`, outliers.components[name] ?? null])),
    group,
    kind: composition ? kind : null,
    rarity,
    rarity_attributes: rarityAttributes,
    resampling_weight_tempered: weights?.tempered ?? even,
    resampling_weight: weights?.product ?? even,
    resampling_weight_max: weights?.maximum ?? even,
  };
  for (const [name, column] of Object.entries(columns)) if (column) table.set(name, column);
  await saveFindings(trained.folder, { table, report, mixture, model });
  await saveScorer(scorer, trained.folder);
  return found;
}
