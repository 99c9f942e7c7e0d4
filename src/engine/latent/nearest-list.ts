/** The k smallest of what it was offered, ascending; equal distances keep the order of their indices. */
export class NearestList {
  readonly indices: Uint32Array;
  readonly distances: Float64Array;
  #filled = 0;

  constructor(k: number) {
    this.indices = new Uint32Array(k);
    this.distances = new Float64Array(k);
  }

  clear(): void {
    this.#filled = 0;
  }

  get filled(): number {
    return this.#filled;
  }

  /** What a distance must stay under (or, with a smaller index, equal) to be kept. */
  get worst(): number {
    return this.#filled < this.distances.length ? Number.POSITIVE_INFINITY : (this.distances[this.#filled - 1] as number);
  }

  offer(index: number, distance: number): void {
    const { indices, distances } = this;
    if (distance > this.worst) return;
    let at = this.#filled < distances.length ? this.#filled : this.#filled - 1;
    if (this.#filled === distances.length && distance === distances[at] && index > (indices[at] as number)) return;
    while (at > 0) {
      const before = distances[at - 1] as number;
      if (before < distance || (before === distance && (indices[at - 1] as number) < index)) break;
      distances[at] = before;
      indices[at] = indices[at - 1] as number;
      at -= 1;
    }
    distances[at] = distance;
    indices[at] = index;
    if (this.#filled < distances.length) this.#filled += 1;
  }
}
