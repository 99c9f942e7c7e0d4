/** What images.parquet says of one image, in words. */
import { shownName } from '../../../contract/shown-name.ts';
import { m } from '../../../messages/messages.js';
import { bytes, count, number } from '../../../words/format.ts';
import { kindWords } from '../../../words/words.ts';
import type { ColumnName, Columns } from './columns.ts';

const SHOWN: ColumnName[] = [
  'path',
  'label',
  'width',
  'height',
  'bytes',
  'brightness',
  'contrast',
  'saturation',
  'sharpness',
  'reconstruction_error',
  'outlier_score',
  'rarity',
  'rarity_attributes',
  'kind',
  'group',
];

export interface ImageFacts {
  rows: { name: ColumnName; text: string }[];
  /** The image that it is a copy of. */
  duplicateOf: number | null;
}

type Kinds = readonly { rest: boolean }[];

function written(name: ColumnName, value: number, kinds: Kinds): string {
  if (name === 'bytes') return bytes(value);
  if (name === 'kind') return value < 0 ? '–' : kindWords({ id: value, rest: kinds[value]?.rest ?? false });
  if (name === 'group') return value < 0 ? m.map_legend_rare() : String(value);
  return Number.isInteger(value) ? count(value) : number(value);
}

/** Leaves out what the study does not know of the image. Throws CallError. */
export async function factsOf(columns: Columns, image: number, kinds: Kinds): Promise<ImageFacts> {
  const [copies, ...found] = await Promise.all([
    columns.numbers('duplicate_of'),
    ...SHOWN.map(async (name) => ({ name, column: await columns.get(name) })),
  ]);
  const rows = found.flatMap(({ name, column }) => {
    if (!column) return [];
    if ('dictionary' in column) {
      const text = column.dictionary[column.codes[image] as number] ?? '';
      return text ? [{ name, text: shownName(text) }] : [];
    }
    const value = column[image] as number;
    return Number.isFinite(value) ? [{ name, text: written(name, value, kinds) }] : [];
  });
  const copied = copies?.[image] ?? -1;
  return { rows, duplicateOf: copied >= 0 ? copied : null };
}
