/** UMAP's stochastic gradient descent with negative sampling (McInnes, Healy and Melville 2018, algorithm 5), in one thread: repeatable. */
import type { Random } from '../random.ts';
import type { FuzzyGraph } from './fuzzy-graph.ts';
import { gradientTables, STEP_BITS, TABLE_LENGTH, TABLE_START, type UmapCurve } from './umap-curve.ts';

const NEGATIVES = 5;
const FURTHEST_MOVE = 4;

export interface Descent {
  graph: FuzzyGraph;
  /** 2 a head, moved in place. */
  heads: Float32Array;
  /** 2 a tail: the same array as `heads` while a layout is made; where they differ, tails stay in place. */
  tails: Float32Array;
  curve: UmapCurve;
  epochs: number;
  learningRate: number;
  random: Random;
}

/** Runs the descent; `pause(edgesDone, edgesTotal)` is awaited a few times an epoch. */
export async function descend(descent: Descent, pause: (done: number, total: number) => Promise<void>): Promise<void> {
  const { graph, epochs } = descent;
  const total = epochs * (graph.offsets.length - 1);
  const between = await epochsBetween(graph.weights, epochs, () => pause(0, total));
  const due = between.slice();
  const dueNegative = between.slice();
  for (let edge = 0; edge < dueNegative.length; edge += 1) dueNegative[edge] = (dueNegative[edge] as number) / NEGATIVES;
  await pause(0, total);
  const step = stepper(descent, between, due, dueNegative);
  const heads = graph.offsets.length - 1;
  const block = Math.max(1, Math.floor(heads / 16));
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    const rate = descent.learningRate * (1 - epoch / epochs);
    for (let from = 0; from < heads; from += block) {
      step(epoch, rate, from, Math.min(heads, from + block));
      await pause(epoch * heads + Math.min(heads, from + block), total);
    }
  }
}

/** The strongest edge is drawn every epoch, others in proportion, those that would not be drawn once never. */
async function epochsBetween(weights: Float32Array, epochs: number, pause: () => Promise<void>): Promise<Float32Array> {
  let strongest = 0;
  for (let edge = 0; edge < weights.length; edge += 1) strongest = Math.max(strongest, weights[edge] as number);
  await pause();
  const between = new Float32Array(weights.length);
  for (let edge = 0; edge < weights.length; edge += 1) {
    const weight = weights[edge] as number;
    between[edge] = weight * epochs >= strongest ? strongest / weight : Number.POSITIVE_INFINITY;
  }
  await pause();
  return between;
}

type Step = (epoch: number, rate: number, from: number, end: number) => void;

function stepper(
  { graph, heads, tails, curve, random }: Descent,
  between: Float32Array,
  due: Float32Array,
  dueNegative: Float32Array,
): Step {
  const { offsets, tails: ends } = graph;
  const { attraction, repulsion } = gradientTables(curve);
  const both = heads === tails;
  const others = tails.length / 2;
  // A float's leading bits are its logarithm: they index the tables.
  const float = new Float32Array(1);
  const bits = new Int32Array(float.buffer);
  const shift = 23 - STEP_BITS;
  const last = TABLE_LENGTH - 1;
  let state = Math.floor(random.uniform() * 0xffff_fffe) + 1;

  return (epoch, rate, from, end) => {
    for (let i = from; i < end; i += 1) {
      let x = heads[2 * i] as number;
      let y = heads[2 * i + 1] as number;
      for (let edge = offsets[i] as number, stop = offsets[i + 1] as number; edge < stop; edge += 1) {
        if ((due[edge] as number) > epoch) continue;
        const j = 2 * (ends[edge] as number);
        let dx = x - (tails[j] as number);
        let dy = y - (tails[j + 1] as number);
        float[0] = dx * dx + dy * dy;
        let at = ((bits[0] as number) >> shift) - TABLE_START;
        if (at >= 0) {
          const pull = rate * (attraction[Math.min(at, last)] as number);
          const limit = FURTHEST_MOVE * rate;
          let mx = pull * dx;
          let my = pull * dy;
          mx = Math.max(-limit, Math.min(limit, mx));
          my = Math.max(-limit, Math.min(limit, my));
          x += mx;
          y += my;
          if (both) {
            tails[j] = (tails[j] as number) - mx;
            tails[j + 1] = (tails[j + 1] as number) - my;
          }
        }
        const gap = between[edge] as number;
        due[edge] = (due[edge] as number) + gap;
        const negativeGap = gap / NEGATIVES;
        const negatives = Math.floor((epoch - (dueNegative[edge] as number)) / negativeGap);
        if (negatives <= 0) continue;
        for (let sample = 0; sample < negatives; sample += 1) {
          // xorshift32 (Marsaglia 2003): quick, and good enough to pick whom to push away.
          state ^= state << 13;
          state ^= state >>> 17;
          state ^= state << 5;
          const other = Math.floor(((state >>> 0) / 4294967296) * others);
          if (both && other === i) continue;
          dx = x - (tails[2 * other] as number);
          dy = y - (tails[2 * other + 1] as number);
          float[0] = dx * dx + dy * dy;
          at = ((bits[0] as number) >> shift) - TABLE_START;
          const push = rate * (repulsion[Math.max(0, Math.min(at, last))] as number);
          const limit = FURTHEST_MOVE * rate;
          const mx = push * dx;
          const my = push * dy;
          x += Math.max(-limit, Math.min(limit, mx));
          y += Math.max(-limit, Math.min(limit, my));
        }
        dueNegative[edge] = (dueNegative[edge] as number) + negatives * negativeGap;
      }
      heads[2 * i] = x;
      heads[2 * i + 1] = y;
    }
  };
}
