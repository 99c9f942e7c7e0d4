import type { ComparedImages, Comparison, ComparisonFile, Strangeness } from '../../contract/comparison.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import { m } from '../../messages/messages.js';
import { writeAtomically } from '../../study/atomic-write.ts';
import { type CompareHooks, compareSource } from './compare-source.ts';
import type { OpenedStudy } from './opened-study.ts';
import { type EncodedSource, scoreEncoded } from './score-source.ts';
import { strangest } from './strangest.ts';

export interface ScoredComparison {
  comparison: Comparison;
  strangeness: Strangeness | null;
  other: EncodedSource;
}

/** A study against a second source, and what of that is strange to the study. Nothing is written. @throws SondeError */
export async function compareAndScore(
  study: OpenedStudy,
  source: string,
  seed: number,
  hooks: CompareHooks,
  array: string | null = null,
): Promise<ScoredComparison> {
  const { comparison, other } = await compareSource(study, source, seed, hooks, array);
  hooks.onProgress?.({ stage: 'score', done: 0, total: 0 });
  return { comparison, strangeness: await scored(study, other, hooks.signal), other };
}

const WITHOUT_SCORES: readonly string[] = ['study-too-old', 'study-incomplete', 'study-unreadable'];

/** null where the study has no scores for new images, or such as another version wrote: the comparison stands without. @throws SondeError cancelled */
async function scored(study: OpenedStudy, other: EncodedSource, signal: AbortSignal | undefined): Promise<Strangeness | null> {
  try {
    return strangest(await scoreEncoded(study, other, { signal }));
  } catch (error) {
    if (!(error instanceof SondeError && WITHOUT_SCORES.includes(error.code))) throw error;
    console.error(error.code === 'study-too-old' ? m.error_study_too_old({}, { locale: 'en' }) : error.message);
    return null;
  }
}

/** The images that a comparison and its scores name, by index in their own set; one may stand several times. */
function named({ comparison: { carriers, groups }, strangeness }: ScoredComparison): { a: number[]; b: number[] } {
  const indexOf = ({ index }: { index: number }) => index;
  return {
    a: [...carriers.a.map(indexOf), ...groups.flatMap(({ typicalA }) => typicalA)],
    b: [...carriers.b.map(indexOf), ...groups.flatMap(({ typicalB }) => typicalB), ...(strangeness?.images ?? []).map(indexOf)],
  };
}

/** The second set's images that are named, as the model sees them. */
export function comparedImages(found: ScoredComparison): ComparedImages {
  const { pixels, facts } = found.other;
  const indices = Uint32Array.from(new Set(named(found).b)).sort();
  const { size, channels } = pixels;
  const length = size * size * channels;
  const data = new Uint8Array(indices.length * length);
  indices.forEach((image, i) => {
    data.set(pixels.data.subarray(image * length, (image + 1) * length), i * length);
  });
  return { indices, paths: [...indices].map((image) => facts.path[image] as string), pixels: { n: indices.length, size, channels, data } };
}

/** With the path of every image that is named. */
export async function comparisonFile(study: OpenedStudy, found: ScoredComparison): Promise<ComparisonFile> {
  const own = (await study.table()).get('path') as string[];
  const { a, b } = named(found);
  const pathsOf = (indices: number[], paths: readonly string[]) =>
    Object.fromEntries(indices.map((image) => [image, paths[image] as string]));
  const { comparison, strangeness, other } = found;
  return { ...comparison, strangeness, paths: { a: pathsOf(a, own), b: pathsOf(b, other.facts.path) } };
}

/** @throws SondeError disk-full */
export async function writeComparison(file: ComparisonFile, target: string): Promise<void> {
  await writeAtomically(target, `${JSON.stringify(file, null, 1)}\n`);
}
