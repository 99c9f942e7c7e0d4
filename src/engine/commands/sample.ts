import path from 'node:path';
import { openedStudy } from '../analysis/opened-study.ts';
import { drawLatents } from '../analysis/draw-latents.ts';
import { contactSheet } from './contact-sheet.ts';
import { oneOf, parse, required, UsageError, whole } from './arguments.ts';

/** `sonde sample --study DIR --out FILE.png`: images that the model makes up, as one sheet. */
export async function sample(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, ['study', 'count', 'from', 'seed', 'out']);
  if (positionals.length > 0) throw new UsageError(`unexpected ${positionals.join(' ')}`);
  const out = path.resolve(required(values.out, 'out'));
  if (path.extname(out).toLowerCase() !== '.png') throw new UsageError(`--out wants a .png, not ${out}`);
  const study = await openedStudy(path.resolve(required(values.study, 'study')));
  try {
    const count = whole(values.count, 'count', 1) ?? 64;
    const from = oneOf(values.from, 'from', ['prior', 'mixture']) ?? 'mixture';
    const z = await drawLatents(study, from, count, whole(values.seed, 'seed') ?? 0);
    await contactSheet(await study.decode(z), out);
  } finally {
    study.close();
  }
  process.stdout.write(`${out}\n`);
  return 0;
}
