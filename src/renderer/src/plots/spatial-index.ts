/** Which point is near, which lies in that direction, which are inside the lasso. */
import Flatbush from 'flatbush';
import type { SpatialAnswer, SpatialRequest } from './spatial.worker.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';
const heading = { left: [-1, 0], right: [1, 0], up: [0, 1], down: [0, -1] } as const;

export class SpatialIndex {
  readonly #worker: Worker;
  readonly #positions: Float32Array;
  readonly #waiting = new Map<number, (indices: Uint32Array) => void>();
  #index: Flatbush | null = null;
  #next = 1;
  /** Settles when the index can answer. */
  readonly ready: Promise<void>;

  /** positions: x0, y0, x1, y1 ... */
  constructor(positions: Float32Array) {
    this.#positions = positions;
    this.#worker = new Worker(new URL('./spatial.worker.ts', import.meta.url), { type: 'module' });
    this.ready = new Promise((resolve, reject) => {
      this.#worker.onmessage = (event: MessageEvent<SpatialAnswer>) => {
        const answer = event.data;
        if (answer.kind === 'built') {
          this.#index = Flatbush.from(answer.data);
          resolve();
        } else {
          this.#waiting.get(answer.id)?.(answer.indices);
          this.#waiting.delete(answer.id);
        }
      };
      this.#worker.onerror = (event) => reject(new Error(event.message || 'the spatial index worker failed'));
    });
    this.#send({ kind: 'build', positions });
  }

  /** The nearest point within a distance in data units, or null. */
  nearest(x: number, y: number, within: number): number | null {
    return this.#index?.neighbors(x, y, 1, within)[0] ?? null;
  }

  /** The k points nearest to a point, itself first. */
  around(point: number, k: number): number[] {
    const [x, y] = this.#at(point);
    return this.#index?.neighbors(x, y, k) ?? [];
  }

  /** The nearest point whose direction lies within 45 degrees, or null at the edge. */
  towards(point: number, direction: Direction): number | null {
    const [x, y] = this.#at(point);
    const [hx, hy] = heading[direction];
    return (
      this.#index?.neighbors(x, y, 1, Infinity, (i) => {
        const [px, py] = this.#at(i);
        const along = (px - x) * hx + (py - y) * hy;
        const across = Math.abs((px - x) * hy) + Math.abs((py - y) * hx);
        return along > 0 && across <= along && px < 1e38;
      })[0] ?? null
    );
  }

  /** Indices, ascending, inside a polygon in data units. */
  inside(polygon: Float32Array): Promise<Uint32Array> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send({ kind: 'lasso', id, polygon });
    });
  }

  dispose(): void {
    this.#worker.terminate();
  }

  #send(request: SpatialRequest): void {
    this.#worker.postMessage(request);
  }

  #at(i: number): [number, number] {
    return [this.#positions[i * 2] as number, this.#positions[i * 2 + 1] as number];
  }
}
