/** Halves of one folder, compared as a study and a second set: how often they are accused, and how fresh images' percentiles lie. */

import { verdictOf } from '../../src/contract/comparison.ts';
import { describedImages } from '../../src/engine/analysis/score-source.ts';
import { type ComparedSet, compareFolders } from '../../src/engine/comparison/compare-folders.ts';
import { scoreNewData } from '../../src/engine/density/new-data.ts';
import { encodeAll } from '../../src/engine/model/encode-all.ts';
import { splitImages } from '../../src/engine/model/split.ts';
import { attributeColumns } from '../../src/engine/pixels/attribute-columns.ts';
import { Random } from '../../src/engine/random.ts';
import { type Given, study } from './ours.ts';
import { type Folder, readFolder, rowsOf, some } from './photograph-folder.ts';

const EPOCHS = 2;

/** A row a folder. */
export async function halves(folders: Record<string, string>, splits: number): Promise<string> {
  const rows: string[] = [];
  for (const [name, path] of Object.entries(folders)) {
    const folder = await readFolder(path, null);
    const found: { p: number; separation: number; verdict: string; shifts: number; groups: number; beyond: number }[] = [];
    for (let seed = 0; seed < splits; seed += 1) {
      const order = rowsOf(folder, null, new Random(1000 + seed));
      const [a, b] = [order.slice(0, order.length >> 1), order.slice(order.length >> 1)];
      const given = some(folder, a, true);
      const fresh = some(folder, b, true);
      const trained = await study(given, seed, EPOCHS);
      try {
        const { extractor, model, own } = trained;
        const seen = await extractor.transform(fresh);
        const encoded = await encodeAll(model, fresh.pixels, seed);
        const scores = await scoreNewData(trained.scorer, describedImages(encoded, { ...seen, names: extractor.names }, fresh.attributes));
        const set = (which: Uint32Array, of: Given, z: ComparedSet['z'], points: ComparedSet['z']): ComparedSet => ({
          name: 'half',
          attributes: attributesOf(folder, which, of),
          z,
          features: { points, names: extractor.names },
        });
        const comparison = await compareFolders({
          a: { ...set(a, given, own.z, trained.features), group: null, heldOut: splitImages(a.length, seed).held },
          b: set(b, fresh, encoded.mean, seen.features),
          active: [],
          seed,
        });
        const { pValue, separation } = comparison.overall;
        found.push({
          p: pValue,
          separation: separation.value,
          verdict: verdictOf(comparison.overall),
          shifts: comparison.shifts.filter(({ adjustedPValue }) => adjustedPValue < 0.05).length,
          groups: comparison.groups.filter(({ change }) => change !== 'same').length,
          beyond: scores.percentile.filter((share) => share > 0.8).length / b.length,
        });
        process.stderr.write(`${name}, split ${seed}: ${JSON.stringify(found.at(-1))}\n`);
      } finally {
        trained.dispose();
      }
    }
    const of = (key: 'p' | 'separation' | 'beyond') => found.map((one) => one[key]).sort((x, y) => x - y);
    const span = (values: readonly number[]) => `${(values[0] as number).toFixed(3)} to ${(values.at(-1) as number).toFixed(3)}`;
    const count = (wanted: (one: (typeof found)[number]) => boolean) => `${found.filter(wanted).length} of ${found.length}`;
    rows.push(
      `| ${name} | ${count(({ verdict }) => verdict !== 'alike')} | ${span(of('p'))} | ${span(of('separation'))} | ${count(({ shifts }) => shifts > 0)} | ${count(({ groups }) => groups > 0)} | ${span(of('beyond'))} |`,
    );
  }
  return [
    `A folder cut in two at random, a study of one half compared with the other, ${splits} times (${EPOCHS} epochs, with the lens). Least to most of the splits.`,
    '',
    '| | said to differ | p of the whole | told apart | any shift (Holm, .05) | any cluster changed (Holm, .05) | of the other half beyond the 80th percentile |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function attributesOf({ widths, heights }: Folder, which: Uint32Array, { attributes }: Given): ComparedSet['attributes'] {
  const size = (values: Uint32Array) => Uint32Array.from(which, (row) => values[row] as number);
  return attributeColumns({ width: size(widths), height: size(heights), ...attributes });
}
