import path from 'node:path';
import { MOST_VECTORS, type PixelBatch } from '../../contract/calls.ts';
import type { BiasReport } from '../../contract/report.ts';
import { latentColumn, type SkippedImage } from '../../contract/study.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import { readFeatures } from '../../study/features-file.ts';
import {
  FEATURES_FILE,
  IMAGES_FILE,
  MIXTURE_FILE,
  MODEL_FILES,
  MODEL_FOLDER,
  REPORT_FILE,
  SCORER_FILE,
  SKIPPED_FILE,
} from '../../study/files.ts';
import { type ImagesTable, readImages } from '../../study/images-table.ts';
import { isLocked } from '../../study/lock.ts';
import { presentManifest, readManifest } from '../../study/manifest.ts';
import { readMixture } from '../../study/mixture-file.ts';
import { readReport } from '../../study/report-file.ts';
import { readSkipped } from '../../study/skipped-list.ts';
import { checkFile } from '../../study/whole-files.ts';
import { type Mixture, mixtureOf } from '../density/mixture.ts';
import type { NewDataScorer } from '../density/new-data.ts';
import { loadScorer } from '../density/scorer-file.ts';
import type { Space } from '../features/space.ts';
import type { Matrix } from '../linear/matrix.ts';
import { loadModel } from '../model/load.ts';
import type { Model } from '../model/model.ts';
import { latentMatrix } from './images-table.ts';

/** The parts of a finished study that take time to load: each is read when it is first asked for, and kept until close. */
export class OpenedStudy {
  readonly folder: string;
  #model: Promise<Model> | null = null;
  #table: Promise<ImagesTable> | null = null;
  #tableIsWhole: Promise<void> | null = null;
  #latents: Promise<Matrix> | null = null;
  #mixture: Promise<Mixture> | null = null;
  #space: Promise<Space> | null = null;
  #scorer: Promise<NewDataScorer> | null = null;

  constructor(folder: string) {
    this.folder = folder;
  }

  model(): Promise<Model> {
    this.#model ??= keep(
      this.#whole(MODEL_FILES).then(() => loadModel(path.join(this.folder, MODEL_FOLDER))),
      () => {
        this.#model = null;
      },
    );
    return this.#model;
  }

  table(): Promise<ImagesTable> {
    this.#table ??= keep(
      this.#whole([IMAGES_FILE]).then(() => readImages(this.folder)),
      () => {
        this.#table = null;
      },
    );
    return this.#table;
  }

  /** Some columns of the table (null: all); those of a study that is not done are as far as it has come. */
  async columns(names: string[] | null): Promise<ImagesTable> {
    this.#tableIsWhole ??= keep(this.#whole([IMAGES_FILE]), () => {
      this.#tableIsWhole = null;
    });
    await this.#tableIsWhole;
    return readImages(this.folder, names);
  }

  async skipped(): Promise<SkippedImage[]> {
    await this.#whole([SKIPPED_FILE]);
    return readSkipped(this.folder);
  }

  /** Posterior means, n x latent. @throws SondeError study-incomplete */
  latents(): Promise<Matrix> {
    this.#latents ??= keep(
      this.table().then((table) => {
        const z = latentMatrix(table);
        if (z.columns === 0) throw new SondeError('study-incomplete', { path: this.folder }, 'images.parquet has no latents yet');
        return z;
      }),
      () => {
        this.#latents = null;
      },
    );
    return this.#latents;
  }

  mixture(): Promise<Mixture> {
    this.#mixture ??= keep(
      this.#whole([MIXTURE_FILE]).then(async () => mixtureOf(await readMixture(this.folder))),
      () => {
        this.#mixture = null;
      },
    );
    return this.#mixture;
  }

  /** What new images are scored against. */
  scorer(): Promise<NewDataScorer> {
    this.#scorer ??= keep(
      this.#whole([SCORER_FILE]).then(async () => loadScorer(this.folder, await this.mixture())),
      () => {
        this.#scorer = null;
      },
    );
    return this.#scorer;
  }

  /** @throws SondeError study-file-missing, study-file-changed */
  async #whole(names: readonly string[]): Promise<void> {
    const manifest = await presentManifest(this.folder, isLocked);
    for (const name of names) await checkFile(this.folder, manifest, name);
  }

  /** The space that the study's images are compared in: their features, or the latents of a study that is older than they are. */
  space(): Promise<Space> {
    this.#space ??= keep(this.#readSpace(), () => {
      this.#space = null;
    });
    return this.#space;
  }

  async #readSpace(): Promise<Space> {
    const { features } = await readManifest(this.folder);
    if (!features) {
      const points = await this.latents();
      return { points, metric: 'euclidean', names: Array.from({ length: points.columns }, (_, i) => latentColumn(i)) };
    }
    await this.#whole([FEATURES_FILE]);
    return { points: await readFeatures(this.folder), metric: features.metric, names: features.names };
  }

  /** @throws SondeError study-incomplete, study-unreadable, study-too-new, study-file-missing, study-file-changed */
  async report(): Promise<BiasReport> {
    await this.#whole([REPORT_FILE]);
    return readReport(this.folder);
  }

  /** z: n x latent. */
  async decode(z: Float32Array): Promise<PixelBatch> {
    return decodeWith(await this.model(), z);
  }

  async close(): Promise<void> {
    const model = this.#model;
    this.#model = null;
    if (model) (await model).dispose();
  }
}

/** A failed load is forgotten, so that the next call tries again. */
function keep<T>(loading: Promise<T>, forget: () => void): Promise<T> {
  loading.catch(forget);
  return loading;
}

/** @throws SondeError size-mismatch where z is not a whole number of latent vectors, too-much-at-once for over MOST_VECTORS of them */
export function decodeWith(model: Model, z: Float32Array): PixelBatch {
  if (z.length === 0 || z.length % model.latent !== 0)
    throw new SondeError('size-mismatch', { expected: `a multiple of ${model.latent}`, actual: z.length }, 'z is not n x latent');
  const n = z.length / model.latent;
  if (n > MOST_VECTORS) throw new SondeError('too-much-at-once', {}, `${n} latent vectors are over the limit of ${MOST_VECTORS}`);
  return { n, size: model.size, channels: model.channels, data: model.decode(z) };
}
