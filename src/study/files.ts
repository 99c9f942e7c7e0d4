/** Every file of a study, by its name in the study's folder; docs/design.md says what each holds. */

export const MANIFEST_FILE = 'study.json';
export const IMAGES_FILE = 'images.parquet';
export const FEATURES_FILE = 'features.npy';
export const EXTRACTOR_FILE = 'extractor.safetensors';
export const TRAINING_FILE = 'training.csv';
export const SKIPPED_FILE = 'skipped.csv';
export const NAMES_FILE = 'names.json';
export const EXPECTATIONS_FILE = 'expectations.json';
export const REPORT_FILE = 'report.json';
export const REPORT_PAGE_FILE = 'report.html';
export const MIXTURE_FILE = 'mixture.json';
export const SCORER_FILE = 'scorer.safetensors';
export const THUMBNAILS_FILE = 'thumbnails.bin';
export const LOCK_FILE = '.lock';
export const HOLDER_FILE = '.holder.json';
/** Written until 0.1.0, and left behind by a run of then. */
export const PIXELS_FILE = 'pixels.bin';

/** Where the trained model lies. */
export const MODEL_FOLDER = 'model';
export const CONFIG_FILE = 'config.json';
export const WEIGHTS_FILE = 'weights.safetensors';
export const SAVED_MODEL_FOLDER = 'saved_model';

/** Where the last good state of an unfinished training lies. */
export const CHECKPOINT_FOLDER = 'checkpoint';
export const CHECKPOINT_FILE = 'checkpoint.safetensors';

/** What a trained model is read from. */
export const MODEL_FILES: readonly string[] = [CONFIG_FILE, WEIGHTS_FILE].map((name) => `${MODEL_FOLDER}/${name}`);
/** What a finished study is read from; thumbnails are a cache, and other files are for other programs. */
export const FILES_READ_AGAIN: readonly string[] = [
  ...[IMAGES_FILE, SKIPPED_FILE, FEATURES_FILE, EXTRACTOR_FILE, MIXTURE_FILE, SCORER_FILE, REPORT_FILE],
  ...MODEL_FILES,
];
