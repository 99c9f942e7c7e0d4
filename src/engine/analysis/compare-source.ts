import path from 'node:path';
import type { Comparison } from '../../contract/comparison.ts';
import { attributeColumns } from '../bias/attributes.ts';
import { compareFolders } from '../bias/comparison.ts';
import type { Hooks } from '../hooks.ts';
import { manifestOf, type OpenedStudy } from './opened-study.ts';
import { encodeSource } from './score-source.ts';

/** A study against a second source, seen by the study's model. @throws SondeError */
export async function compareSource(study: OpenedStudy, source: string, seed: number, hooks: Hooks): Promise<Comparison> {
  const manifest = await manifestOf(study.folder);
  const table = await study.table();
  const other = await encodeSource(study, source, hooks);
  const column = (name: string) => table.get(name) as Float32Array;
  const own = attributeColumns({
    width: table.get('width') as Uint32Array,
    height: table.get('height') as Uint32Array,
    brightness: column('brightness'),
    contrast: column('contrast'),
    saturation: column('saturation'),
    sharpness: column('sharpness'),
  });
  return compareFolders({
    a: { name: manifest.name, attributes: own, z: await study.latents(), group: (table.get('group') as Int32Array | undefined) ?? null },
    b: { name: path.basename(source), attributes: attributeColumns(other.facts), z: other.encoded.mean },
    active: manifest.training?.activeLatents ?? [],
    seed,
    ...hooks,
  });
}
