import { setImmediate } from 'node:timers/promises';
import type { AnalysisOptions } from '../../contract/analysis.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import type { Program, Weight, Weights } from '../graph/program.ts';
import { breathe } from '../hooks.ts';
import type { Pca } from '../linear/pca.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { Random } from '../random.ts';
import { netOf } from './architecture.ts';
import { gather } from './augmentation.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { EpochOrder } from './epoch-order.ts';
import { firstComponents } from './first-components.ts';
import { HeldOut } from './held-out.ts';
import { imagesAStep } from './images-at-once.ts';
import { Learning } from './learning.ts';
import { activeLatents, LiveEncoder, showFirst } from './live-encoder.ts';
import { meanImageError } from './mean-image.ts';
import type { Model } from './model.ts';
import type { ConvolutionalShape } from './net.ts';
import { NeuralModel } from './neural-model.ts';
import { type NeuralConfig, neuralProgram } from './neural-program.ts';
import { PcaModel } from './pca-model.ts';
import { principalLogVariance, principalWeights, stemOf } from './principal-net.ts';
import { klWeight, learningRate, StepBudget } from './schedule.ts';
import { type Split, splitImages } from './split.ts';
import { TrainingControl } from './training-control.ts';
import { type HeldOutSummary, latentsOf, type TrainingHooks, type TrainingSummary } from './training-hooks.ts';

/** In a checkpoint, beside the weights and moments. */
const DRAW_WEIGHTS = 'draw_weights';
/** Weight of the past in the running variance of the Gaussian likelihood. */
const VARIANCE_MEMORY = 0.95;
const LEAST_VARIANCE = 1e-6;
const LIVE_FALLBACK = 512;
/** Steps between two rounds over the held-out images: an epoch, but at least the first and at most the second of these. */
const ROUND_STEPS = [20, 100] as const;

type NeuralOptions = AnalysisOptions & { batchSize: number };

/** Of the images that are trained on, those whose squared error under the kept weights is told. */
const MOST_MEASURED = 512;

/** Share of the past in the means that are shown: about the last fifty steps. */
const MEANS_MEMORY = 0.98;

/** Running means over the images of the last steps: a curve without the steps that means over whole epochs would have. */
class RunningMeans {
  #images = 0;
  readonly #sums = [0, 0, 0, 0];

  add(values: readonly number[], images: number): void {
    this.#images = MEANS_MEMORY * this.#images + images;
    values.forEach((value, i) => {
      this.#sums[i] = MEANS_MEMORY * (this.#sums[i] as number) + value * images;
    });
  }
  get(): [loss: number, reconstruction: number, kl: number, error: number] {
    return this.#sums.map((sum) => sum / Math.max(1, this.#images)) as [number, number, number, number];
  }
}

/** What a training is made of. */
interface Parts {
  pixels: PixelSet;
  options: NeuralOptions;
  hooks: TrainingHooks;
  program: Program;
  model: NeuralModel;
  meanImage: number;
  split: Split;
  heldOut: HeldOut;
  baseline: Pick<HeldOutSummary, 'pcaMeanSquaredError' | 'meanImageSquaredError'>;
}

/** The state of one training between its steps. */
class Training {
  readonly #pixels: PixelSet;
  readonly #options: NeuralOptions;
  readonly #hooks: TrainingHooks;
  readonly #program: Program;
  readonly #order: EpochOrder;
  readonly #heldOut: HeldOut;
  readonly #learning: Learning;
  readonly #baseline: Pick<HeldOutSummary, 'pcaMeanSquaredError' | 'meanImageSquaredError'>;
  readonly #bytes: Uint8Array;
  readonly #present: Float32Array;
  readonly #live: LiveEncoder;
  readonly #meanImage: number;
  readonly #means = new RunningMeans();
  readonly #control: TrainingControl;
  readonly budget: StepBudget;
  readonly model: NeuralModel;
  readonly stepsAnEpoch: number;
  step = 0;
  /** Of training, pauses not counted. */
  seconds = 0;
  #stepsNow = 0;
  #secondsNow = 0;
  #checkpointAt = 0;
  /** The step after which the held-out images were last asked; -1: never. */
  #askedAt = -1;
  #ended: TrainingSummary['ended'] = 'steps';
  /** Some of the images that are trained on, and the squared error of the kept weights on them. */
  readonly #measured: HeldOut;
  #keptError = Number.NaN;

  constructor({ pixels, options, hooks, program, model, meanImage, split, heldOut, baseline }: Parts) {
    const length = pixels.size * pixels.size * pixels.channels;
    const { trained } = split;
    this.#pixels = pixels;
    this.#options = options;
    this.#hooks = hooks;
    this.#program = program;
    this.model = model;
    this.#meanImage = meanImage;
    this.#control = hooks.control ?? new TrainingControl();
    this.#order = new EpochOrder(trained, options.seed);
    this.#heldOut = heldOut;
    this.#measured = new HeldOut(pixels, trained.slice(0, MOST_MEASURED), options.seed);
    this.#baseline = baseline;
    this.#learning = new Learning(program, model);
    this.#bytes = new Uint8Array(options.batchSize * length);
    this.#present = new Float32Array(options.batchSize);
    const indices = hooks.liveMap?.indices ?? trained.slice(0, LIVE_FALLBACK);
    this.#live = new LiveEncoder(
      model,
      pixels,
      indices,
      hooks.liveMap ? (z) => hooks.liveMap?.onMap(z, (codes) => model.decode(codes)) : undefined,
    );
    this.stepsAnEpoch = Math.ceil(trained.length / options.batchSize);
    this.budget = new StepBudget(options, this.stepsAnEpoch, trained.length, pixels.size);
  }

  async restore(folder: string): Promise<void> {
    const found = await readCheckpoint(folder);
    if (!found) return;
    const { tensors, state } = found;
    if (state.images !== this.#pixels.count)
      throw new SondeError(
        'source-changed',
        { path: folder },
        `the checkpoint was trained on ${state.images} images, not ${this.#pixels.count}`,
      );
    this.#program.write(Object.fromEntries(Object.entries(tensors).map(([name, { values }]) => [name, values])));
    if (state.learning) this.#learning.restoreState(state.learning, tensors);
    this.#askedAt = state.askedAt;
    const drawn = tensors[DRAW_WEIGHTS];
    if (drawn) this.#order.drawBy(drawn.values);
    this.step = state.step;
    this.seconds = state.seconds;
    this.#checkpointAt = state.seconds;
    this.model.variance = state.variance;
  }

  async checkpoint(): Promise<void> {
    if (!this.#hooks.checkpoint) return;
    this.#checkpointAt = this.seconds;
    const { weights } = this.#order;
    const learning = this.#learning.state();
    const drawn: Weights = weights ? { [DRAW_WEIGHTS]: { shape: [weights.length], values: weights } } : {};
    await writeCheckpoint(
      this.#hooks.checkpoint.folder,
      { ...this.#program.read(), ...drawn, ...learning?.tensors },
      {
        step: this.step,
        askedAt: this.#askedAt,
        seconds: this.seconds,
        variance: this.model.variance,
        images: this.#pixels.count,
        learning: learning?.state ?? null,
      },
    );
  }

  async run(): Promise<void> {
    for (;;) {
      if (this.#askDue) await this.#ask();
      const ended = this.#learning.over ? 'held-out' : this.#control.finishing ? 'person' : this.budget.over(this.step, this.seconds);
      if (ended) {
        this.#ended = ended;
        break;
      }
      const started = performance.now();
      if (this.#options.adaptiveResampling && this.#hooks.drawWeights && this.step % this.stepsAnEpoch === 0) await this.#reweigh();
      this.#oneStep();
      const spent = (performance.now() - started) / 1000;
      // A slider that waited for the step is answered before the work that only shows how training goes.
      await setImmediate();
      const showing = performance.now();
      this.#live.afterStep(this.seconds + spent);
      const passed = spent + (performance.now() - showing) / 1000;
      this.seconds += passed;
      this.#secondsNow += passed;
      this.#hooks.onProgress?.(this.#progress());
      await this.#between();
    }
    if (this.#askedAt !== this.step) await this.#ask();
    this.#learning.settle();
    this.#keptError = (await this.#measured.take(this.model)).error;
    this.#live.finish();
  }

  /** Rounds are due by steps, not by the clock: the same seed finds the same weights. */
  get #askDue(): boolean {
    const [least, most] = ROUND_STEPS;
    const every = Math.max(least, Math.min(most, this.stepsAnEpoch));
    return this.step % every === 0 && this.#askedAt !== this.step;
  }

  async #ask(): Promise<void> {
    const started = performance.now();
    try {
      this.#learning.heard(this.step, await this.#heldOut.take(this.model, this.#hooks.signal));
    } catch (error) {
      await this.checkpoint();
      throw error;
    }
    this.#askedAt = this.step;
    this.seconds += (performance.now() - started) / 1000;
  }

  #oneStep(): void {
    const { options, model } = { options: this.#options, model: this.model };
    const images = this.#order.batch(this.step, options.batchSize);
    this.step += 1;
    gather(this.#pixels, images, this.#bytes, this.#learning.augmentations, options.seed, this.step);
    this.#present.fill(0).fill(1, 0, images.length);
    this.#stepsNow += 1;
    const total = this.budget.total;
    const [loss, reconstruction, kl, error] = this.#program.step(
      this.step,
      this.#learning.rate * learningRate(this.step, total, options.learningRate),
      this.#bytes,
      this.#present,
      Int32Array.of(options.seed | 0, this.step),
      Float32Array.of(model.variance),
      Float32Array.of(klWeight(this.step, total, options.klWarmUp, options.klWeight)),
    ) as unknown as [number, number, number, number];
    if (!Number.isFinite(loss))
      throw new SondeError('internal', { step: this.step }, `the loss is ${loss} at step ${this.step}: a smaller learning rate may help`);
    model.variance = Math.max(LEAST_VARIANCE, VARIANCE_MEMORY * model.variance + (1 - VARIANCE_MEMORY) * error);
    this.#means.add([loss, reconstruction, kl, error], images.length);
  }

  async #reweigh(): Promise<void> {
    const { size, channels, count, data } = this.#pixels;
    const length = size * size * channels;
    const means = new Float32Array(count * this.model.latent);
    for (let from = 0; from < count; from += 256) {
      const n = Math.min(256, count - from);
      means.set(this.model.encode(data.subarray(from * length, (from + n) * length), n).mean, from * this.model.latent);
      await breathe(this.#hooks.signal);
    }
    const z = { rows: count, columns: this.model.latent, data: means };
    const active = activeLatents(z, this.model.kind === 'vae');
    // Before anything varies there is nothing to weigh by: the images are drawn evenly.
    const weights = active.length > 0 ? this.#hooks.drawWeights?.(z, active) : undefined;
    if (weights) this.#order.drawBy(weights);
  }

  #progress(paused = false) {
    const [loss, reconstruction, kl, meanSquaredError] = this.#means.get();
    const total = this.budget.total;
    return {
      step: this.step,
      totalSteps: total,
      epoch: this.step / this.stepsAnEpoch,
      loss,
      reconstruction,
      kl,
      klWeight: klWeight(this.step, total, this.#options.klWarmUp, this.#options.klWeight),
      learningRate: this.#learning.rate * learningRate(this.step, total, this.#options.learningRate),
      meanSquaredError,
      meanImageSquaredError: this.#meanImage,
      imagesPerSecond: this.#speed,
      activeLatents: this.#live.active.length,
      heldOutLoss: this.#learning.lastLoss,
      heldOut: this.#heldOutSummary,
      paused,
    };
  }

  get #speed(): number {
    return this.#secondsNow > 0 ? (this.#stepsNow * this.#order.length) / this.stepsAnEpoch / this.#secondsNow : 0;
  }

  /** Where calls are answered, pauses waited for, checkpoints written. */
  async #between(): Promise<void> {
    try {
      await breathe(this.#hooks.signal);
      if (this.#control.paused) {
        this.#hooks.onProgress?.(this.#progress(true));
        await this.checkpoint();
        await this.#control.resumed(this.#hooks.signal);
        await breathe(this.#hooks.signal);
      }
    } catch (error) {
      await this.checkpoint();
      throw error;
    }
    const every = this.#hooks.checkpoint?.everySeconds ?? Number.POSITIVE_INFINITY;
    if (this.seconds - this.#checkpointAt >= every) await this.checkpoint();
  }

  get #heldOutSummary(): HeldOutSummary | null {
    const { best } = this.#learning;
    return best && { images: this.#heldOut.count, meanSquaredError: best.figures.error, ...this.#baseline, codeSize: this.model.latent };
  }

  summary(): TrainingSummary {
    const [loss] = this.#means.get();
    return {
      steps: this.step,
      epochs: this.step / this.stepsAnEpoch,
      seconds: this.seconds,
      imagesPerSecond: this.#speed,
      loss,
      meanSquaredError: this.#keptError,
      meanImageSquaredError: this.#meanImage,
      latent: this.model.latent,
      activeLatents: this.#live.active,
      heldOut: this.#heldOutSummary,
      ended: this.#ended,
      plannedSteps: this.budget.total,
      bestStep: this.#learning.best?.step ?? 0,
      augmentations: [...this.#learning.kept],
    };
  }
}

/** Variance of a pixel about the picture that the likelihood begins with. */
function firstNoise(pca: Pca, options: AnalysisOptions): number {
  // Of a cross entropy, the curvature at the mean image stands for it.
  if (options.likelihood === 'bernoulli') return pca.mean.reduce((sum, share) => sum + share * (1 - share), 0) / pca.mean.length;
  const explained = pca.variance.reduce((sum, value) => sum + value, 0);
  return Math.max(0, pca.totalVariance - explained) / pca.mean.length;
}

/** Trains an autoencoder or VAE by the recipe of docs/method/model.md; `shape` takes a convolutional net that stands alone instead. */
export async function trainNeural(
  pixels: PixelSet,
  chosen: AnalysisOptions,
  hooks: TrainingHooks,
  shape?: ConvolutionalShape,
): Promise<{ model: Model; summary: TrainingSummary }> {
  const options = { ...chosen, batchSize: chosen.batchSize ?? imagesAStep(pixels.size * pixels.size * pixels.channels) };
  const config: NeuralConfig = {
    architecture: options.architecture,
    size: pixels.size,
    channels: pixels.channels,
    latent: latentsOf(options, pixels.channels),
    variational: options.model === 'vae',
    likelihood: options.likelihood,
    ...(shape ? { shape } : { principal: true, stem: stemOf(pixels.size) }),
  };
  const split = splitImages(pixels.count, options.seed);
  const heldOut = new HeldOut(pixels, split.held, options.seed);
  const meanImage = await meanImageError(pixels, hooks.signal);
  const pca = await firstComponents(pixels, split, config.latent, hooks.signal);
  const noise = Math.max(LEAST_VARIANCE, firstNoise(pca, options));
  const weights = netOf(config).weights(new Random(options.seed));
  if (config.principal) {
    Object.assign(weights, principalWeights(pca, config.latent));
    if (config.variational) weights.variance_b = { shape: [config.latent], values: principalLogVariance(pca, config.latent, noise) };
  }
  const plain = new PcaModel(
    { size: config.size, channels: config.channels, latent: pca.axes.rows },
    pca.mean,
    pca.axes.data,
    pca.variance,
  );
  // The net begins as PCA: what it shows first is known before it is built.
  if (config.principal && hooks.liveMap && !hooks.resume) showFirst(plain, pixels, hooks.liveMap, (weights.pca_deviation as Weight).values);
  const baseline = { pcaMeanSquaredError: (await heldOut.take(plain)).error, meanImageSquaredError: heldOut.errorOf(pca.mean) };
  plain.dispose();
  const program = neuralProgram(config, weights, { batch: options.batchSize, clipNorm: options.clipNorm });
  const model = new NeuralModel(config, program, config.principal ? noise : Math.max(LEAST_VARIANCE, meanImage));
  try {
    const training = new Training({ pixels, options, hooks, program, model, meanImage, split, heldOut, baseline });
    if (hooks.resume && hooks.checkpoint) await training.restore(hooks.checkpoint.folder);
    hooks.onModel?.(model);
    await training.run();
    await training.checkpoint();
    return { model, summary: training.summary() };
  } catch (error) {
    model.dispose();
    throw error;
  }
}
