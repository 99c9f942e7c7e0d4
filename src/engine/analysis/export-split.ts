import type { SplitName } from '../../contract/subfolders.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import { writeAtomically } from '../../study/atomic-write.ts';
import { csvField } from '../../study/csv-field.ts';
import { isLocked } from '../../study/lock.ts';
import { presentManifest } from '../../study/manifest.ts';
import { rolesOf } from '../source/roles.ts';
import { proposeSplits } from '../subfolders/proposed-split.ts';
import type { OpenedStudy } from './opened-study.ts';

/**
 * Writes a split in which no picture stands in two parts as CSV: path, present part, proposed part, the present one mended, and the first
 * image of the cluster that must stay together. @throws SondeError study-incomplete, disk-full
 */
export async function exportSplit(study: OpenedStudy, target: string): Promise<void> {
  const table = await study.table();
  const [paths, labels, cluster, kinds] = ['path', 'label', 'cluster', 'kind'].map((name) => table.get(name));
  if (!Array.isArray(paths) || !Array.isArray(labels) || !(cluster instanceof Int32Array))
    throw new SondeError(
      'study-incomplete',
      { path: study.folder },
      'images.parquet does not say which images hang together: finish the analysis first; a study of an older version has to be made anew',
    );
  // A folder of too few images for a composition is one kind.
  const kind = kinds && !Array.isArray(kinds) ? kinds : new Int32Array(paths.length);
  const { split: present } = rolesOf(labels);
  const { seed } = (await presentManifest(study.folder, isLocked)).options;
  const { proposed, mended } = proposeSplits({ cluster, kind, present }, seed);
  const name = (part: SplitName | null | undefined) => part ?? '';
  const rows = paths.map((path, image) =>
    [
      csvField(path, './'),
      name(present[image]),
      name(proposed[image]),
      name(mended?.[image]),
      csvField(paths[cluster[image] as number] as string, './'),
    ].join(','),
  );
  await writeAtomically(target, ['path,present,proposed,mended,cluster', ...rows, ''].join('\n'));
}
