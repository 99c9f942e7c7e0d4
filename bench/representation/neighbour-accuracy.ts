import { type Space, unitRows } from '../../src/engine/features/space.ts';
import { nearestTo } from '../../src/engine/latent/neighbours.ts';
import type { Matrix } from '../../src/engine/linear/matrix.ts';
import { takeRows } from '../../src/engine/linear/rows.ts';

const FOLDS = 5;

/**
 * Share of images of which the label is the most frequent among their k nearest, by cosine (or by plain distance), in the other four folds; the smallest label
 * wins a tie. Folds are stratified in file order, a kind's first fifth in the first (scikit-learn's StratifiedKFold without shuffling):
 * neighbours in a series of shots are mostly in one fold.
 */
export async function neighbourAccuracy(
  points: Matrix,
  labels: readonly string[],
  metric: Space['metric'] = 'cosine',
  k = 15,
): Promise<number> {
  const unit = metric === 'cosine' ? unitRows(points) : points;
  const kinds = [...new Set(labels)].sort();
  const kind = labels.map((label) => kinds.indexOf(label));
  const sizes = kinds.map((_, one) => kind.filter((other) => other === one).length);
  const seen = kinds.map(() => 0);
  const fold = kind.map((one) => {
    const place = seen[one] as number;
    seen[one] = place + 1;
    return Math.floor((place * FOLDS) / (sizes[one] as number));
  });
  let right = 0;
  for (let number = 0; number < FOLDS; number += 1) {
    const rows = Array.from(fold.keys());
    const known = rows.filter((row) => fold[row] !== number);
    const asked = rows.filter((row) => fold[row] === number);
    const { indices } = await nearestTo(takeRows(unit, known), takeRows(unit, asked), k);
    asked.forEach((row, i) => {
      const votes = kinds.map(() => 0);
      for (const at of indices.subarray(i * k, (i + 1) * k)) {
        const one = kind[known[at] as number] as number;
        votes[one] = (votes[one] as number) + 1;
      }
      if (votes.indexOf(Math.max(...votes)) === kind[row]) right += 1;
    });
  }
  return right / labels.length;
}
