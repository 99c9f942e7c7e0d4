import { decodeSource } from '../../src/engine/pixels/decode-source.ts';
import { takeImages } from '../../src/engine/pixels/pixel-set.ts';
import { SourceReader } from '../../src/engine/pixels/source-reader.ts';
import type { Random } from '../../src/engine/random.ts';
import { openSource } from '../../src/engine/source/open-source.ts';
import type { Given } from './ours.ts';

/** A folder of photographs with their subfolders' names, which choose what is studied and enter nothing else. */
export interface Folder extends Given {
  labels: string[];
  widths: Uint32Array;
  heights: Uint32Array;
}

/** @param size edge to be read at; null: as a study would */
export async function readFolder(place: string, size: number | null): Promise<Folder> {
  const source = await openSource(place, {});
  const { pixels, facts, windows } = await decodeSource(source, { size, color: 'rgb', folder: null, limit: null });
  return {
    pixels,
    attributes: facts,
    labels: facts.label,
    widths: facts.width,
    heights: facts.height,
    reader: new SourceReader(source, facts.path, windows),
  };
}

/** Some images of a folder, through the encoder too or not. */
export function some({ pixels, attributes, reader }: Given, rows: Uint32Array, encoder: boolean): Given {
  const of = (values: Float32Array) => Float32Array.from(rows, (row) => values[row] as number);
  return {
    pixels: takeImages(pixels, rows),
    reader: encoder
      ? ({
          read: (own, size, hooks) =>
            reader?.read(
              Array.from(own, (i) => rows[i] as number),
              size,
              hooks,
            ),
        } as SourceReader)
      : null,
    attributes: {
      brightness: of(attributes.brightness),
      contrast: of(attributes.contrast),
      saturation: of(attributes.saturation),
      sharpness: of(attributes.sharpness),
    },
  };
}

/** The rows of these kinds (null: of all), in a random order. */
export const rowsOf = ({ labels }: Folder, kinds: readonly string[] | null, random: Random): Uint32Array =>
  random.shuffle(Uint32Array.from(labels.flatMap((label, i) => (kinds === null || kinds.includes(label) ? [i] : []))));
