/** The space that images are compared in: learnt from the folder, looked at through an encoder where that is wanted, kept in the study. */
import type { AnalysisOptions } from '../../contract/analysis.ts';
import type { StudyFeatures } from '../../contract/study.ts';
import { writeFeatures } from '../../study/features-file.ts';
import { type LoadedEncoder, loadEncoder } from '../features/encoder-file.ts';
import { FeatureExtractor } from '../features/extractor.ts';
import { saveExtractor } from '../features/extractor-file.ts';
import { arePhotographs } from '../features/photographs.ts';
import type { Space } from '../features/space.ts';
import type { Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { SourceReader } from '../pixels/source-reader.ts';
import type { Prepared } from './prepare.ts';

const DEFAULT_ENCODER = 'efficientnet-lite0';

/**
 * Writes features.npy and the extractor; returns the space and what study.json says of it.
 * @param learntFrom rows that the components are fitted on
 * @throws SondeError cancelled
 */
export async function computeFeatures(
  { pixels, facts, source, manifest }: Prepared,
  folder: string,
  learntFrom: Uint32Array,
  hooks: Hooks,
): Promise<{ space: Space; encoder: Matrix | null; description: StudyFeatures }> {
  const { seed, encoder: wanted } = manifest.options;
  const { encoder, reason } = await chooseEncoder(wanted, () => arePhotographs(pixels, facts));
  const images = { pixels, reader: encoder ? new SourceReader(source, facts.path, manifest.image.windows) : null };
  const fitted = await FeatureExtractor.fit(images, seed, encoder, { ...hooks, learntFrom }).catch((error: unknown) => {
    encoder?.net.dispose();
    throw error;
  });
  const { extractor, features, unseen } = fitted;
  try {
    await writeFeatures(folder, features);
    await saveExtractor(extractor, folder);
    const { names } = extractor;
    return {
      encoder: fitted.encoder,
      space: { points: features, metric: 'cosine', names },
      description: { names, metric: 'cosine', encoder: extractor.encoder, encoderReason: reason, unseen },
    };
  } finally {
    extractor.dispose();
  }
}

async function chooseEncoder(
  wanted: AnalysisOptions['encoder'],
  photographs: () => boolean,
): Promise<{ encoder: LoadedEncoder | null; reason: StudyFeatures['encoderReason'] }> {
  if (wanted === 'none') return { encoder: null, reason: 'switched-off' };
  if (wanted === null && !photographs()) return { encoder: null, reason: 'not-photographs' };
  const encoder = await loadEncoder(wanted ?? DEFAULT_ENCODER);
  if (!encoder) return { encoder, reason: 'absent' };
  return { encoder, reason: wanted === null ? 'photographs' : 'asked-for' };
}
