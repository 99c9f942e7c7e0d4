import path from 'node:path';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { shownName } from '../../contract/shown-name.ts';
import { writeAtomically } from '../../study/atomic-write.ts';
import { noveltyWords } from '../../words/novelty.ts';
import { noteWords } from '../../words/words.ts';
import { OpenedStudy } from '../analysis/opened-study.ts';
import { scoreSource } from '../analysis/score-source.ts';
import { only, required } from './arguments.ts';
import type { Given } from './command-line.ts';
import { outFile } from './out-file.ts';

/** `sonde score SOURCE --study DIR --out FILE.parquet`: how strange new images are to a trained study. */
export async function score({ values, positionals }: Given, signal: AbortSignal): Promise<number> {
  const given = only(positionals, 'SOURCE');
  const study = new OpenedStudy(path.resolve(required(values.study, 'study')));
  const out = await outFile(values.out);
  try {
    const { paths, skipped, scores, novelty, elbo, bitsPerDimension, inversion, notes } = await scoreSource(
      study,
      given === 'sample' ? given : path.resolve(given),
      { signal },
      values.array ?? null,
    );
    for (const note of notes) process.stderr.write(`note: ${noteWords(note)}\n`);
    const float = (name: string, data: Float32Array): ColumnSource => ({ name, data, type: 'FLOAT', nullable: false });
    const columnData: ColumnSource[] = [
      { name: 'path', data: paths, type: 'STRING', nullable: false },
      float('outlier_score', scores.score),
      float('percentile', scores.percentile),
      float('p_value', novelty.pValue),
      float('q_value', novelty.qValue),
      ...Object.entries(scores.shares).map(([name, shares]) => float(`${name}_percentile`, shares)),
      ...(elbo ? [float('elbo', elbo)] : []),
      ...(bitsPerDimension ? [float('bits_per_dimension', bitsPerDimension)] : []),
    ];
    await writeAtomically(out, new Uint8Array(parquetWriteBuffer({ columnData, createdBy: 'sonde' })));
    const beyond = scores.percentile.reduce((sum, share) => sum + (share >= 0.99 ? 1 : 0), 0);
    process.stdout.write(`${paths.length} images scored, ${skipped.length} skipped; ${beyond} stranger than 99 % of the study's own\n`);
    process.stdout.write(`${noveltyWords(novelty, path.basename(given))}\n`);
    for (const { path: file, reason, detail } of skipped)
      process.stderr.write(`skipped ${shownName(file)}: ${reason} (${shownName(detail)})\n`);
    if (inversion)
      process.stderr.write(
        `warning: these images are more likely under the model than the study's own, by ${inversion.difference.toFixed(1)} ± ${inversion.standardError.toFixed(1)} nats an image: a high likelihood does not say that they belong\n`,
      );
    process.stdout.write(`${out}\n`);
    return 0;
  } finally {
    await study.close();
  }
}
