/** xoshiro128** (Blackman and Vigna 2018), seeded through splitmix32: the engine's only source of chance outside TensorFlow. */
export class Random {
  readonly #state = new Uint32Array(4);
  #spare: number | null = null;

  constructor(seed: number) {
    let s = seed >>> 0;
    for (let i = 0; i < 4; i += 1) {
      s = (s + 0x9e3779b9) >>> 0;
      let t = s ^ (s >>> 16);
      t = Math.imul(t, 0x21f0aaad);
      t ^= t >>> 15;
      t = Math.imul(t, 0x735a2d97);
      this.#state[i] = (t ^ (t >>> 15)) >>> 0;
    }
  }

  #next(): number {
    const s = this.#state as unknown as [number, number, number, number];
    const x = Math.imul(s[1], 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** In [0, 1), 32 bits. */
  uniform(): number {
    return this.#next() / 4294967296;
  }

  /** Standard normal by the polar method (Marsaglia and Bray 1964). */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * Math.log(s)) / s);
        this.#spare = v * scale;
        return u * scale;
      }
    }
  }

  /** In 0..n-1. */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** In place (Fisher and Yates). */
  shuffle<T extends Uint32Array | Int32Array | Float32Array>(values: T): T {
    for (let i = values.length - 1; i > 0; i -= 1) {
      const j = this.integer(i + 1);
      const held = values[i] as number;
      values[i] = values[j] as number;
      values[j] = held;
    }
    return values;
  }
}
