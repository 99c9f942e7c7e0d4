/** The contract's keys as sentences. Each table is exhaustive: a new key without words fails to compile. */
import type { ErrorCode, Phase, SondeErrorData } from '../contract/analysis.ts';
import type {
  AbsenceReason,
  AttributeSummary,
  BiasReport,
  DamageFinding,
  DamageKind,
  Expectation,
  FactorSummary,
  Feature,
  GroupSpace,
  Kind,
} from '../contract/report.ts';
import { shownName } from '../contract/shown-name.ts';
import {
  type SkipCounts,
  type SkipReason,
  type SourceNote,
  type SourceNoteCode,
  type StandsOn,
  type StudyManifest,
  statisticSpaces,
  statistics,
} from '../contract/study.ts';
import { m } from '../messages/messages.js';
import { count, number, percent } from './format.ts';

type Words = (params: Record<string, string | number>) => string;
/** What fills a sentence may be a file's name. */
const text = (params: Record<string, string | number>, name: string): string => shownName(String(params[name] ?? '?'));
type SnakeCase<Code extends string> = Code extends `${infer Head}-${infer Rest}` ? `${Head}_${SnakeCase<Rest>}` : Code;

/** Whoever builds an error gives every value that its sentence wants: errors/sonde-error.ts does not compile without. */
const errors: { [Code in ErrorCode]: (typeof m)[`error_${SnakeCase<Code>}`] } = {
  'source-missing': m.error_source_missing,
  'source-unreadable': m.error_source_unreadable,
  'source-unsupported': m.error_source_unsupported,
  'source-gone': m.error_source_gone,
  'too-few-images': m.error_too_few_images,
  'too-much-at-once': m.error_too_much_at_once,
  'too-few-to-compare': m.error_too_few_to_compare,
  'nothing-to-compare': m.error_nothing_to_compare,
  'disk-full': m.error_disk_full,
  'disk-full-kept': m.error_disk_full_kept,
  'not-writable': m.error_not_writable,
  'not-a-folder': m.error_not_a_folder,
  'no-such-folder': m.error_no_such_folder,
  'study-locked': m.error_study_locked,
  'study-unreadable': m.error_study_unreadable,
  'study-too-new': m.error_study_too_new,
  'study-too-old': m.error_study_too_old,
  'study-incomplete': m.error_study_incomplete,
  'study-file-missing': m.error_study_file_missing,
  'study-file-changed': m.error_study_file_changed,
  'study-not-empty': m.error_study_not_empty,
  'study-exists': m.error_study_exists,
  'source-changed': m.error_source_changed,
  'engine-lost': m.error_engine_lost,
  'engine-missing': m.error_engine_missing,
  'bad-request': m.error_bad_request,
  'drop-without-path': m.error_drop_without_path,
  'no-such-study': m.error_no_such_study,
  cancelled: m.error_cancelled,
  'size-mismatch': m.error_size_mismatch,
  internal: m.error_internal,
};

/** The sentence, and what was passed over where that is why. */
export function errorWords({ code, params, skipped }: SondeErrorData): string {
  // What fills it may be a file's name.
  const sentence: Words = (values) => shownName(((errors[code] ?? errors.internal) as Words)(values));
  return skipped && Object.keys(skipped).length > 0
    ? `${sentence(params)} ${m.error_too_few_skipped({ reasons: skipCountWords(skipped) })}`
    : sentence(params);
}

/** "37 not an image, 3 cut short" */
export const skipCountWords = (counts: SkipCounts): string =>
  (Object.entries(counts) as [SkipReason, number][])
    .map(([reason, files]) => m.skip_counted({ number: number(files), reason: skipWords[reason]() }))
    .join(', ');

export const phaseWords: Record<Phase, () => string> = {
  scan: () => m.phase_scan(),
  decode: () => m.phase_decode(),
  train: () => m.phase_train(),
  features: () => m.phase_features(),
  encode: () => m.phase_encode(),
  neighbours: () => m.phase_neighbours(),
  layout: () => m.phase_layout(),
  density: () => m.phase_density(),
  factors: () => m.phase_factors(),
  outliers: () => m.phase_outliers(),
  duplicates: () => m.phase_duplicates(),
  groups: () => m.phase_groups(),
  diversity: () => m.phase_diversity(),
  report: () => m.phase_report(),
  save: () => m.phase_save(),
};

type Training = NonNullable<StudyManifest['training']>;

/** What ended a training and which weights were kept; null for a study made before both were known. */
export function endedWords({ ended, steps, epochs, plannedSteps, bestStep, heldOut }: Training): string | null {
  if (!heldOut || plannedSteps === undefined || bestStep === undefined) return null;
  // One step is a solution, not a training: PCA's.
  if (plannedSteps === 1) return null;
  const best = number(bestStep, 6);
  const share = percent(steps / plannedSteps, 0);
  const kept = bestStep === 0 ? ` ${m.train_kept_pca()}` : '';
  switch (ended) {
    case 'steps':
      return bestStep === 0 ? m.train_kept_pca() : m.train_ended_steps({ best });
    case 'held-out':
      return m.train_ended_held_out({ epoch: number(epochs, 2), best }) + kept;
    case 'clock':
      return m.train_ended_clock({ share, best }) + kept;
    case 'person':
      return m.train_ended_person({ share, best }) + kept;
  }
}

export const skipWords: Record<SkipReason, () => string> = {
  'not-an-image': () => m.skip_not_an_image(),
  truncated: () => m.skip_truncated(),
  corrupt: () => m.skip_corrupt(),
  empty: () => m.skip_empty(),
  'too-large': () => m.skip_too_large(),
  unsupported: () => m.skip_unsupported(),
  unreadable: () => m.skip_unreadable(),
  'link-loop': () => m.skip_link_loop(),
  'already-read': () => m.skip_already_read(),
  'link-outside': () => m.skip_link_outside(),
};

const notes: Record<SourceNoteCode, Words> = {
  'names-guessed': (p) => m.note_names_guessed({ encoding: text(p, 'encoding'), example: text(p, 'example') }),
  'names-repeated': (p) => m.note_names_repeated({ count: text(p, 'count') }),
  'array-chosen': (p) => m.note_array_chosen({ read: text(p, 'read'), others: text(p, 'others') }),
  'arrays-joined': (p) => m.note_arrays_joined({ read: text(p, 'read') }),
  'bands-left-out': (p) =>
    m.note_bands_left_out({ shown: text(p, 'shown'), all: text(p, 'all'), count: text(p, 'count'), example: text(p, 'example') }),
  'pages-left-out': (p) => m.note_pages_left_out({ count: text(p, 'count'), example: text(p, 'example') }),
  'data-damaged': (p) => m.note_data_damaged({ count: text(p, 'count'), example: text(p, 'example') }),
  'window-chosen': (p) => m.note_window_chosen({ samples: text(p, 'samples'), low: text(p, 'low'), high: text(p, 'high') }),
  'window-full': (p) => m.note_window_full({ samples: text(p, 'samples'), low: text(p, 'low'), high: text(p, 'high') }),
  'window-unit': (p) => m.note_window_unit({ samples: text(p, 'samples'), low: text(p, 'low'), high: text(p, 'high') }),
  'window-bits': (p) => m.note_window_bits({ samples: text(p, 'samples'), low: text(p, 'low'), high: text(p, 'high') }),
  'window-values': (p) => m.note_window_values({ samples: text(p, 'samples'), low: text(p, 'low'), high: text(p, 'high') }),
};
export const noteWords = ({ code, params }: SourceNote): string => notes[code](params);

const attributes: Record<AttributeSummary['name'], () => string> = {
  brightness: () => m.attribute_brightness(),
  contrast: () => m.attribute_contrast(),
  saturation: () => m.attribute_saturation(),
  sharpness: () => m.attribute_sharpness(),
  aspect: () => m.attribute_aspect(),
  size: () => m.attribute_size(),
};
/** What each attribute is measured in. */
export const axisWords: Record<AttributeSummary['name'], () => string> = {
  brightness: () => m.report_axis_brightness(),
  contrast: () => m.report_axis_contrast(),
  saturation: () => m.report_axis_saturation(),
  sharpness: () => m.report_axis_sharpness(),
  aspect: () => m.report_axis_aspect(),
  size: () => m.report_axis_size(),
};

/** A name that a person, a folder or a file has. */
export const nameWords = shownName;

/** An image by its path; by its number in reports that were written before they held paths. */
export function imageWords({ paths }: Pick<BiasReport, 'paths'>, image: number): string {
  const path = paths[image];
  return path === undefined ? m.image_name({ number: count(image) }) : shownName(path);
}

/** What a person called it, or its number. */
export const factorWords = ({ factor, name }: Pick<FactorSummary, 'factor' | 'name'>): string =>
  name === null ? m.factor_name({ number: String(factor) }) : shownName(name);

/** A factor by its number. */
export const factorNumberWords = ({ factors }: Pick<BiasReport, 'factors'>, factor: number): string =>
  factorWords(factors?.find((one) => one.factor === factor) ?? { factor, name: null });

/** A kind of the composition. */
export const kindWords = ({ id, rest }: Pick<Kind, 'id' | 'rest'>): string => (rest ? m.kind_rest() : m.kind_name({ number: String(id) }));

/** An attribute, a factor as `factor_03`, or a latent as `z_07`, or the name itself. */
export function featureWords(name: string): string {
  const known = attributes[name as AttributeSummary['name']];
  if (known) return known();
  const factor = /^factor_(\d+)$/.exec(name);
  if (factor) return m.factor_name({ number: String(Number(factor[1])) });
  const latent = /^z_?(\d+)$/.exec(name);
  return latent ? m.latent_name({ number: String(Number(latent[1])) }) : shownName(name);
}

/** A latent's feature carries its number, an attribute's its name. */
export const ofFeature = (feature: Pick<Feature, 'kind' | 'name'>): string =>
  feature.kind === 'latent' ? m.latent_name({ number: String(Number(feature.name.replace(/^z_/, ''))) }) : featureWords(feature.name);

/** What a statement is about. */
export function subjectWords({ kind, name }: Pick<Expectation, 'kind' | 'name'>): string {
  if (kind === 'group') return m.report_group_name({ number: name });
  return kind === 'label' ? shownName(name) : featureWords(name);
}

/** The same with its range. */
export function statementWords(statement: Expectation): string {
  const { low, high } = statement;
  const range =
    low === null && high === null
      ? ''
      : ` ${m.report_interval({ low: low === null ? '−∞' : number(low), high: high === null ? '∞' : number(high) })}`;
  return `${subjectWords(statement)}${range}`;
}

/** What images are that are named for a kind of damage. */
export const damageWords: Record<DamageKind, () => string> = {
  dark: () => m.damage_dark(),
  'low-contrast': () => m.damage_low_contrast(),
  blurred: () => m.damage_blurred(),
  gray: () => m.damage_gray(),
  compressed: () => m.damage_compressed(),
  turned: () => m.damage_turned(),
  mirrored: () => m.damage_mirrored(),
  framed: () => m.damage_framed(),
  marked: () => m.damage_marked(),
};
export const damageReasonWords: Record<NonNullable<DamageFinding['reason']>, () => string> = {
  'gray-folder': () => m.damage_reason_gray_folder(),
  'no-jpegs': () => m.damage_reason_no_jpegs(),
  'no-upright': () => m.damage_reason_no_upright(),
};

const spaces: Record<GroupSpace, () => string> = {
  latents: () => m.report_space_latents(),
  hog: () => m.report_space_hog(),
  pixels: () => m.report_space_pixels(),
  attributes: () => m.report_space_attributes(),
  features: () => m.report_space_features(),
  encoder: () => m.report_space_encoder(),
};
export const spaceWords = (space: string): string => spaces[space as GroupSpace]?.() ?? space;

const statisticWords: Record<(typeof statistics)[number], () => string> = {
  neighbours: () => m.report_statistic_neighbours(),
  umap: () => m.report_statistic_umap(),
  rarity: () => m.report_statistic_rarity(),
  pca: () => m.report_statistic_pca(),
  'nearest-to-decoded': () => m.report_statistic_nearest(),
  density: () => m.report_statistic_density(),
};
/** One line a space: its name, and the statistics that stand on it. */
export const standsOnWords = (standing: StandsOn): string[] =>
  statisticSpaces.flatMap((space) => {
    const named = statistics.filter((name) => standing[name] === space).map((name) => statisticWords[name]());
    return named.length > 0 ? [`${spaceWords(space)}: ${named.join(', ')}`] : [];
  });

const absences: Record<AbsenceReason, () => string> = {
  'not-measured': () => m.report_absent_not_measured(),
  'no-interval': () => m.report_absent_no_interval(),
  'too-few-images': () => m.report_absent_too_few_images(),
  'too-few-distinct': () => m.report_absent_too_few_distinct(),
  'no-active-latents': () => m.report_absent_no_active_latents(),
  constant: () => m.report_absent_constant(),
  'one-folder': () => m.report_absent_one_folder(),
};

/** Why a section is missing. */
export const absenceWords = ({ absent }: Pick<BiasReport, 'absent'>, section: string): string =>
  absences[absent[section] ?? 'not-measured']();

const sources: Record<StudyManifest['source']['kind'], () => string> = {
  folder: () => m.source_folder(),
  zip: () => m.source_zip(),
  idx: () => m.source_idx(),
  npy: () => m.source_npy(),
  npz: () => m.source_npz(),
  cifar: () => m.source_cifar(),
  sample: () => m.source_sample(),
};

export const sourceWords = (kind: string): string => sources[kind as StudyManifest['source']['kind']]?.() ?? kind;

export const channelWords = (channels: number): string => (channels === 1 ? m.data_channels_1() : m.data_channels_3());

export const expectationKindWords: Record<Expectation['kind'], () => string> = {
  attribute: () => m.report_expectation_kind_attribute(),
  latent: () => m.report_expectation_kind_latent(),
  group: () => m.report_expectation_kind_group(),
  label: () => m.report_expectation_kind_label(),
};

export const stateWords: Record<StudyManifest['state'] | 'missing', () => string> = {
  running: () => m.state_running(),
  interrupted: () => m.state_interrupted(),
  done: () => m.state_done(),
  missing: () => m.state_missing(),
};

const columns: Record<string, () => string> = {
  index: () => m.column_index(),
  path: () => m.column_path(),
  label: () => m.column_label(),
  width: () => m.column_width(),
  height: () => m.column_height(),
  bytes: () => m.column_bytes(),
  group: () => m.column_group(),
  kind: () => m.column_kind(),
  reconstruction_error: () => m.column_reconstruction_error(),
  elbo: () => m.column_elbo(),
  bits_per_dimension: () => m.column_bits_per_dimension(),
  log_density: () => m.column_log_density(),
  outlier_score: () => m.column_outlier_score(),
  outlier_rank: () => m.column_outlier_rank(),
  rarity: () => m.column_rarity(),
  rarity_attributes: () => m.column_rarity_attributes(),
  resampling_weight: () => m.column_resampling_weight(),
};
export const columnWords = (name: string): string => columns[name]?.() ?? featureWords(name);

/** What a component of an outlier score says of an image. J, H and G are those of reports that were written before the others were. */
const components: Record<string, () => string> = {
  J: m.report_component_J,
  H: m.report_component_H,
  G: m.report_component_G,
  reconstruction: m.report_component_reconstruction,
  latent: m.report_component_latent,
  shape: m.report_component_shape,
  features: m.report_component_features,
  bulk: m.report_component_bulk,
  encoder: m.report_component_encoder,
  attributes: m.report_component_attributes,
};
export const componentWords = (name: string): string => components[name]?.() ?? name;
