/** Builds the index and answers lassos beside the window's thread: a million points take longer than a frame. */
import Flatbush from 'flatbush';
import { contains } from './polygon.ts';

export type SpatialRequest = { kind: 'build'; positions: Float32Array } | { kind: 'lasso'; id: number; polygon: Float32Array };
export type SpatialAnswer = { kind: 'built'; data: ArrayBuffer } | { kind: 'inside'; id: number; indices: Uint32Array };

let positions = new Float32Array(0);
let index: Flatbush | null = null;

self.onmessage = (event: MessageEvent<SpatialRequest>) => {
  const request = event.data;
  if (request.kind === 'build') {
    positions = request.positions as Float32Array<ArrayBuffer>;
    index = buildIndex(positions);
    const data = (index.data as ArrayBuffer).slice(0);
    self.postMessage({ kind: 'built', data } satisfies SpatialAnswer, { transfer: [data] });
    return;
  }
  const indices = index ? inside(index, request.polygon) : new Uint32Array(0);
  self.postMessage({ kind: 'inside', id: request.id, indices } satisfies SpatialAnswer);
};

/** Points without a position go far away, where no view looks. */
function buildIndex(points: Float32Array): Flatbush {
  const built = new Flatbush(points.length / 2, 16, Float32Array);
  for (let i = 0; i < points.length; i += 2) {
    const x = points[i] as number;
    const y = points[i + 1] as number;
    const placed = Number.isFinite(x) && Number.isFinite(y);
    built.add(placed ? x : 3e38, placed ? y : 3e38);
  }
  built.finish();
  return built;
}

function inside(tree: Flatbush, polygon: Float32Array): Uint32Array {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < polygon.length; i += 2) {
    left = Math.min(left, polygon[i] as number);
    right = Math.max(right, polygon[i] as number);
    bottom = Math.min(bottom, polygon[i + 1] as number);
    top = Math.max(top, polygon[i + 1] as number);
  }
  return Uint32Array.from(
    tree.search(left, bottom, right, top, (i) => contains(polygon, positions[i * 2] as number, positions[i * 2 + 1] as number)),
  ).sort();
}
