import type { ImageFacts } from '../../../src/engine/pixels/pixel-set.ts';
import type { SubfolderInput } from '../../../src/engine/subfolders/check-subfolders.ts';

const SIZE = 8;

/** A folder of even gray images that are all alike but for their bytes, unless it is changed. */
export function madeFolder(label: string[], change: Partial<ImageFacts> = {}): SubfolderInput {
  const n = label.length;
  const facts: ImageFacts = {
    path: label.map((folder, i) => `${folder}/${i}.png`),
    label,
    width: new Uint32Array(n).fill(SIZE),
    height: new Uint32Array(n).fill(SIZE),
    bytes: new Float64Array(n).fill(100),
    brightness: new Float32Array(n).fill(0.5),
    contrast: new Float32Array(n),
    saturation: new Float32Array(n),
    sharpness: new Float32Array(n),
    jpegQuality: new Float32Array(n).fill(Number.NaN),
    camera: label.map(() => ''),
    takenAt: new Float64Array(n).fill(Number.NaN),
    contentHash: new Uint8Array(new Uint32Array(8 * n).map((_, i) => i).buffer),
    ...change,
  };
  return {
    facts,
    pixels: { count: n, size: SIZE, channels: 1, data: new Uint8Array(n * SIZE * SIZE).fill(128) },
    factors: [],
    cluster: Int32Array.from({ length: n }, (_, i) => i),
    kind: new Int32Array(n),
    duplicateOf: new Int32Array(n).fill(-1),
    neighbours: null,
  };
}
