import path from 'node:path';
import { drawFromMixture, drawFromPrior } from '../analysis/draw-latents.ts';
import { OpenedStudy } from '../analysis/opened-study.ts';
import { none, oneOf, required, UsageError, whole } from './arguments.ts';
import type { Given } from './command-line.ts';
import { writeContactSheet } from './contact-sheet.ts';
import { outFile } from './out-file.ts';

/** `sonde sample --study DIR --out FILE.png`: images that the model makes up, as one sheet. */
export async function sample({ values, positionals }: Given): Promise<number> {
  none(positionals);
  const out = await outFile(values.out);
  if (path.extname(out).toLowerCase() !== '.png') throw new UsageError(`--out wants a .png, not ${out}`);
  const study = new OpenedStudy(path.resolve(required(values.study, 'study')));
  const count = whole(values.count, 'count', 1) ?? 64;
  const seed = whole(values.seed, 'seed') ?? 0;
  const from = oneOf(values.from, 'from', ['prior', 'mixture']) ?? 'mixture';
  try {
    const z =
      from === 'prior' ? drawFromPrior((await study.model()).latent, count, seed) : drawFromMixture(await study.mixture(), count, seed);
    await writeContactSheet(await study.decode(z), out);
  } finally {
    await study.close();
  }
  process.stdout.write(`${out}\n`);
  return 0;
}
