import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { HeldOutFit } from '../../contract/analysis.ts';
import { learntNothing } from '../../contract/report.ts';
import { type StudyFeatures, type StudyManifest, unreadableOf } from '../../contract/study.ts';
import { m } from '../../messages/messages.js';
import { REPORT_PAGE_FILE } from '../../study/files.ts';
import { noteWords } from '../../words/words.ts';
import { OpenedStudy } from '../analysis/opened-study.ts';
import { ProgressReporter } from '../analysis/progress.ts';
import { runAnalysis } from '../analysis/run-analysis.ts';
import type { RunHooks } from '../analysis/run-hooks.ts';
import { TrainingControl } from '../model/training-control.ts';
import { oneOf, only, required } from './arguments.ts';
import type { Given } from './command-line.ts';
import { skipCountText } from './error-text.ts';
import { findingsText } from './findings-text.ts';
import { optionsOf } from './option-flags.ts';
import { ProgressLine, type ProgressStyle } from './progress-line.ts';

/** `sonde analyze SOURCE --study DIR`: the whole way from images to a report. */
export async function analyze(asked: Given, signal: AbortSignal): Promise<number> {
  const { values, flags, positionals } = asked;
  const resume = flags.resume === true;
  // A study knows its own source: naming it again is allowed, and changes nothing.
  const given = resume && positionals.length === 0 ? '' : only(positionals, 'SOURCE');
  const folder = path.resolve(required(values.study, 'study'));
  const source = given === 'sample' ? given : path.resolve(given);
  const options = optionsOf(asked);
  // Behind npm run sonde stderr is a pipe, which knows whether a terminal is at its end.
  const isTerminal = process.stderr.isTTY || process.env.SONDE_TERMINAL === '1';
  const style: ProgressStyle = oneOf(values.progress, 'progress', ['bar', 'plain', 'json']) ?? (isTerminal ? 'bar' : 'plain');
  const line = new ProgressLine(style, (text) => process.stderr.write(text));
  const studyId = randomUUID();
  const hooks: RunHooks = {
    signal,
    control: new TrainingControl(),
    reporter: new ProgressReporter(studyId, studyId, (frame) => line.show(frame)),
  };
  try {
    const manifest = await runAnalysis(resume ? { resume: folder } : { begin: { source, folder, studyId, options } }, hooks);
    line.end();
    const unreadable = unreadableOf(manifest.counts);
    if (unreadable) process.stderr.write(`warning: ${m.report_finding_unreadable(unreadable, { locale: 'en' })}\n`);
    for (const note of manifest.source.notes) process.stderr.write(`note: ${noteWords(note)}\n`);
    const first = findingsText(await new OpenedStudy(folder).report());
    process.stdout.write(`${first ? `${first}\n\n` : ''}${summary(manifest, folder)}\n`);
    return 0;
  } finally {
    line.end();
  }
}

/** " (37 not an image, 3 cut short)" */
function skippedBy({ skippedBy }: StudyManifest['counts']): string {
  return skippedBy && Object.keys(skippedBy).length > 0 ? ` (${skipCountText(skippedBy)})` : '';
}

/** The figure that counts: on images that were not trained on. */
function heldOutLine({ images, meanSquaredError, pcaMeanSquaredError, meanImageSquaredError, codeSize }: HeldOutFit): string {
  return (
    `squared error on ${images} held-out images ${meanSquaredError.toPrecision(3)}, ` +
    `${(meanSquaredError / pcaMeanSquaredError).toFixed(2)} of that of PCA with ${codeSize} components (${pcaMeanSquaredError.toPrecision(3)}), ` +
    `mean image ${meanImageSquaredError.toPrecision(3)}`
  );
}

function endedLine({ ended, steps, epochs, plannedSteps, bestStep, augmentations }: NonNullable<StudyManifest['training']>): string {
  if (plannedSteps === undefined || bestStep === undefined) return '';
  const share = `${((100 * steps) / plannedSteps).toFixed(0)} %`;
  const how = {
    steps: 'took all planned steps',
    'held-out': `stopped at epoch ${epochs.toFixed(1)}: the held-out error no longer fell`,
    clock: `stopped by the clock at ${share} of the planned steps`,
    person: `finished by hand at ${share} of the planned steps`,
  }[ended];
  const kept = bestStep === 0 ? 'nothing was better than PCA on held-out images' : `kept the weights of step ${bestStep}`;
  return `${how}; ${kept}${augmentations.length > 0 ? `; trained on changed images (${augmentations.join(', ')})` : ''}`;
}

function summary({ counts, image, training, features, timings }: StudyManifest, folder: string): string {
  const total = Object.values(timings).reduce((sum, value) => sum + value, 0);
  const lines = [
    `${counts.usable} images used at ${image.size}x${image.size}x${image.channels}, ${counts.skipped} skipped${skippedBy(counts)}`,
    training?.heldOut ? heldOutLine(training.heldOut) : '',
    training ? endedLine(training) : '',
    training
      ? `trained for ${training.seconds.toFixed(1)} s, ${training.steps} steps, ${training.activeLatents.length} of ${training.latent} latents active, ` +
        `squared error while training ${training.meanSquaredError.toPrecision(3)} (mean image ${training.meanImageSquaredError.toPrecision(3)})`
      : '',
    training && learntNothing(training) ? m.report_finding_fit_nothing({}, { locale: 'en' }) : '',
    features ? `compared by ${features.names.length} features; ${encoderText(features)}` : '',
    `${total.toFixed(1)} s in all: ${Object.entries(timings)
      .map(([phase, value]) => `${phase} ${value.toFixed(1)}`)
      .join(', ')}`,
    path.join(folder, REPORT_PAGE_FILE),
  ];
  return lines.filter(Boolean).join('\n');
}

/** Which lens was looked through, or why none was. */
function encoderText({ encoder, encoderReason, unseen }: StudyFeatures): string {
  const whose = encoder ? `${encoder.name} among them, learnt elsewhere (${encoder.trainedOn})` : 'all learnt from these images';
  const why: Record<StudyFeatures['encoderReason'], string> = {
    'asked-for': '',
    photographs: ', since these are photographs',
    'not-photographs': ', since these do not look like photographs',
    'switched-off': '',
    absent: ', since set-up could not get the encoder',
  };
  return `${whose}${why[encoderReason]}${unseen > 0 ? `; ${unseen} images could not be read a second time for it` : ''}`;
}
