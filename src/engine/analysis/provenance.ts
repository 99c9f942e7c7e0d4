import path from 'node:path';
import type { BiasReport } from '../../contract/report.ts';
import type { StudyManifest } from '../../contract/study.ts';
import { MODEL_FOLDER, WEIGHTS_FILE } from '../../study/files.ts';
import { sha256Of } from '../../study/whole-files.ts';

/** Where the report's numbers come from: the listing's and the weights' hashes, seed, counts, versions. */
export async function provenance(
  folder: string,
  manifest: StudyManifest,
  duplicates: { exact: number; near: number },
): Promise<BiasReport['provenance']> {
  const modelSha256 = await sha256Of(path.join(folder, MODEL_FOLDER, WEIGHTS_FILE));
  if (modelSha256 === null) throw new Error(`${folder} has no weights`);
  return {
    source: manifest.source.path,
    sourceKind: manifest.source.kind,
    listingSha256: manifest.source.listingSha256,
    modelSha256,
    seed: manifest.options.seed,
    images: manifest.counts.usable,
    skipped: manifest.counts.skipped,
    notes: manifest.source.notes,
    ...(manifest.counts.skippedBy ? { skippedBy: manifest.counts.skippedBy } : {}),
    duplicates: { exact: duplicates.exact, near: duplicates.near },
    standsOn: manifest.standsOn,
    versions: { ...manifest.versions, ...encoderVersion(manifest) },
  };
}

/** An encoder that was learnt elsewhere is named with its licence and hash wherever numbers may depend on it. */
function encoderVersion({ features }: StudyManifest): Record<string, string> {
  if (!features?.encoder) return {};
  const { name, licence, sha256 } = features.encoder;
  return { [name]: `${licence}, SHA-256 ${sha256}` };
}
