import path from 'node:path';
import type { Comparison, ComparisonProgress } from '../../contract/comparison.ts';
import { isLocked } from '../../study/lock.ts';
import { presentManifest } from '../../study/manifest.ts';
import { compareFolders } from '../comparison/compare-folders.ts';
import type { Hooks } from '../hooks.ts';
import { splitImages } from '../model/split.ts';
import { attributeColumns } from '../pixels/attribute-columns.ts';
import type { OpenedStudy } from './opened-study.ts';
import { type EncodedSource, encodeSource } from './score-source.ts';

export interface CompareHooks {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: ComparisonProgress) => void) | undefined;
}

/** A study against a second source, seen by the study's model. Nothing is written. @throws SondeError */
export async function compareSource(
  study: OpenedStudy,
  source: string,
  seed: number,
  { signal, onProgress }: CompareHooks,
  array: string | null = null,
): Promise<{ comparison: Comparison; other: EncodedSource }> {
  const stage = (name: ComparisonProgress['stage']): Hooks => ({
    signal,
    onProgress: (done, total) => onProgress?.({ stage: name, done, total }),
  });
  const manifest = await presentManifest(study.folder, isLocked);
  const table = await study.table();
  const other = await encodeSource(study, source, stage('read'), array);
  const column = (name: string) => table.get(name) as Float32Array;
  const own = attributeColumns({
    width: table.get('width') as Uint32Array,
    height: table.get('height') as Uint32Array,
    brightness: column('brightness'),
    contrast: column('contrast'),
    saturation: column('saturation'),
    sharpness: column('sharpness'),
  });
  const z = await study.latents();
  const features = other.features ? await study.space() : null;
  const heldOut = features ? splitImages(z.rows, manifest.options.seed).held : null;
  const group = (table.get('group') as Int32Array | undefined) ?? null;
  const comparison = await compareFolders({
    a: { name: manifest.name, attributes: own, z, features, group, heldOut },
    b: {
      name: path.basename(source),
      attributes: attributeColumns(other.facts),
      z: other.encoded.mean,
      features: other.features && { points: other.features.features, names: other.features.names },
    },
    active: manifest.training?.activeLatents ?? [],
    seed,
    ...stage('compare'),
  });
  return { comparison, other };
}
