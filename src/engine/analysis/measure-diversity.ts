import type { Diversity } from '../../contract/report.ts';
import { type DiversityInput, diversity } from '../diversity/diversity.ts';
import { loadExtractor } from '../features/extractor-file.ts';
import { columnsOf, isEncoderColumn, type Space, unitRows } from '../features/space.ts';
import type { Hooks } from '../hooks.ts';
import { FEWEST_DISTINCT } from '../latent/intrinsic-dimension.ts';

/** Diversity in the features that the study was saved with. null where too few images differ. @throws SondeError cancelled, study-incomplete */
export async function measureDiversity(
  folder: string,
  { points, names }: Space,
  input: Omit<DiversityInput, 'features'>,
  hooks: Hooks & { seed: number },
): Promise<Diversity | null> {
  if (input.originals.length < FEWEST_DISTINCT) return null;
  const extractor = await loadExtractor(folder, 'own');
  try {
    const own = unitRows(columnsOf(points, names, (name) => !isEncoderColumn(name)));
    return await diversity(
      {
        ...input,
        features: {
          points: own,
          of: async (pixels, some) => unitRows((await extractor.transform({ pixels, reader: null }, some)).features),
        },
      },
      hooks,
    );
  } finally {
    extractor.dispose();
  }
}
