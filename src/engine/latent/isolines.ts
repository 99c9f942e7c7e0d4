export interface Grid {
  width: number;
  height: number;
  /** height x width */
  values: Float64Array;
}

/** Corners above the level, as bits (top left 1, top right 2, bottom right 4, bottom left 8), to the pairs of sides that the line joins. */
const SIDES = { top: 0, right: 1, bottom: 2, left: 3 } as const;
const { top, right, bottom, left } = SIDES;
const CASES: [number, number][][] = [
  [],
  [[left, top]],
  [[top, right]],
  [[left, right]],
  [[right, bottom]],
  [
    [left, top],
    [right, bottom],
  ],
  [[top, bottom]],
  [[left, bottom]],
  [[left, bottom]],
  [[top, bottom]],
  [
    [top, right],
    [left, bottom],
  ],
  [[right, bottom]],
  [[left, right]],
  [[top, right]],
  [[left, top]],
  [],
];

/**
 * Lines of equal value by marching squares (Lorensen and Cline 1987, in two dimensions), joined into polylines.
 * @returns x0, y0, x1, y1 ... in grid coordinates; a closed line ends where it starts
 */
export function isolines(grid: Grid, level: number): Float32Array[] {
  const { width, height, values } = grid;
  /** Each edge of the grid that is crossed, to the edges its segments lead to. */
  const joined = new Map<number, number[]>();
  const join = (a: number, b: number) => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const known = joined.get(from);
      if (known) known.push(to);
      else joined.set(from, [to]);
    }
  };
  for (let y = 0; y < height - 1; y += 1) {
    for (let x = 0; x < width - 1; x += 1) {
      const at = y * width + x;
      const corners = [at, at + 1, at + width + 1, at + width];
      const bits = corners.reduce((sum, corner, i) => sum + ((values[corner] as number) > level ? 1 << i : 0), 0);
      // Even numbers: the horizontal edge right of a grid point; odd: the vertical one below it.
      const edges = [2 * at, 2 * (at + 1) + 1, 2 * (at + width), 2 * at + 1];
      for (const [a, b] of CASES[bits] as [number, number][]) join(edges[a] as number, edges[b] as number);
    }
  }
  const lines: Float32Array[] = [];
  // Open ends (at the border) first: a walk that started in the middle would cut such a line in two.
  for (const open of [true, false]) {
    for (const [start, ends] of joined) if (ends.length > 0 && (ends.length === 1) === open) lines.push(walk(start, joined, grid, level));
  }
  return lines;
}

function walk(start: number, joined: Map<number, number[]>, grid: Grid, level: number): Float32Array {
  const points = [...crossing(start, grid, level)];
  let here = start;
  for (;;) {
    const next = joined.get(here)?.pop();
    if (next === undefined) break;
    const back = joined.get(next) as number[];
    back.splice(back.indexOf(here), 1);
    points.push(...crossing(next, grid, level));
    here = next;
  }
  return Float32Array.from(points);
}

function crossing(edge: number, { width, values }: Grid, level: number): [x: number, y: number] {
  const from = edge >> 1;
  const down = edge % 2 === 1;
  const a = values[from] as number;
  const b = values[from + (down ? width : 1)] as number;
  const share = a === b ? 0.5 : (level - a) / (b - a);
  const [x, y] = [from % width, Math.floor(from / width)];
  return down ? [x, y + share] : [x + share, y];
}
