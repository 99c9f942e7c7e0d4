import { setImmediate } from 'node:timers/promises';
import type { AnalysisOptions } from '../../contract/analysis.ts';
import type { Program, Weights } from '../graph/program.ts';
import { breathe } from '../hooks.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { Random } from '../random.ts';
import { SondeError } from '../sonde-error.ts';
import { type ConvolutionalShape, netOf } from './architecture.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { EpochOrder } from './epoch-order.ts';
import { HeldOut } from './held-out.ts';
import { imagesAtOnce } from './images-at-once.ts';
import { activeLatents, LiveEncoder } from './live-encoder.ts';
import { meanImageError } from './mean-image.ts';
import type { Model } from './model.ts';
import { NeuralModel } from './neural-model.ts';
import { type NeuralConfig, neuralProgram } from './neural-program.ts';
import { defaultSeconds, klWeight, learningRate, StepBudget } from './schedule.ts';
import { TrainingControl } from './training-control.ts';
import { latentsOf, type TrainingHooks, type TrainingSummary } from './training-hooks.ts';

/** In a checkpoint, beside the weights and moments. */
const DRAW_WEIGHTS = 'draw_weights';
/** Weight of the past in the running variance of the Gaussian likelihood. */
const VARIANCE_MEMORY = 0.95;
const LEAST_VARIANCE = 1e-6;
const HELD_OUT_SHARE = 0.05;
const HELD_OUT_MOST = 512;
/** Fewer images than this are all trained on. */
const HELD_OUT_FROM = 1000;
const LIVE_FALLBACK = 512;

type NeuralOptions = AnalysisOptions & { batchSize: number };

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

/** The state of one training between its steps. */
class Training {
  readonly #pixels: PixelSet;
  readonly #options: NeuralOptions;
  readonly #hooks: TrainingHooks;
  readonly #program: Program;
  readonly #order: EpochOrder;
  readonly #heldOut: HeldOut;
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

  constructor(pixels: PixelSet, options: NeuralOptions, hooks: TrainingHooks, program: Program, model: NeuralModel, meanImage: number) {
    const length = pixels.size * pixels.size * pixels.channels;
    const { trained, held } = split(pixels.count, options.seed);
    this.#pixels = pixels;
    this.#options = options;
    this.#hooks = hooks;
    this.#program = program;
    this.model = model;
    this.#meanImage = meanImage;
    this.#control = hooks.control ?? new TrainingControl();
    this.#order = new EpochOrder(trained, options.seed);
    this.#heldOut = new HeldOut(model, pixels, held, options.seed);
    this.#bytes = new Uint8Array(options.batchSize * length);
    this.#present = new Float32Array(options.batchSize);
    const indices = hooks.liveMap?.indices ?? trained.slice(0, LIVE_FALLBACK);
    this.#live = new LiveEncoder(model, pixels, indices, hooks.liveMap ? (z) => hooks.liveMap?.onMap(z) : undefined);
    this.stepsAnEpoch = Math.ceil(trained.length / options.batchSize);
    this.budget = new StepBudget(options, this.stepsAnEpoch, defaultSeconds(pixels.count, length));
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
    const drawn = tensors[DRAW_WEIGHTS];
    if (drawn) this.#order.drawBy(drawn.values);
    this.step = state.step;
    this.seconds = state.seconds;
    this.#checkpointAt = state.seconds;
    this.model.variance = state.variance;
    this.budget.restore(state.totalSteps, state.settled);
  }

  async checkpoint(): Promise<void> {
    if (!this.#hooks.checkpoint) return;
    this.#checkpointAt = this.seconds;
    const { weights } = this.#order;
    const drawn: Weights = weights ? { [DRAW_WEIGHTS]: { shape: [weights.length], values: weights } } : {};
    await writeCheckpoint(
      this.#hooks.checkpoint.folder,
      { ...this.#program.read(), ...drawn },
      {
        step: this.step,
        totalSteps: this.budget.total,
        settled: this.budget.settled,
        seconds: this.seconds,
        variance: this.model.variance,
        images: this.#pixels.count,
      },
    );
  }

  async run(): Promise<void> {
    while (!this.budget.over(this.step, this.seconds) && !this.#control.finishing) {
      const started = performance.now();
      if (this.#options.adaptiveResampling && this.#hooks.drawWeights && this.step % this.stepsAnEpoch === 0) await this.#reweigh();
      this.#oneStep();
      const spent = (performance.now() - started) / 1000;
      // A slider that waited for the step is answered before the work that only shows how training goes.
      await setImmediate();
      const showing = performance.now();
      if (!this.#heldOut.afterStep(this.seconds)) this.#live.afterStep(this.seconds + spent);
      const passed = spent + (performance.now() - showing) / 1000;
      this.seconds += passed;
      this.#secondsNow += passed;
      this.budget.observe(this.#stepsNow, this.#secondsNow);
      this.#hooks.onProgress?.(this.#progress());
      await this.#between();
    }
    this.#live.finish();
  }

  #oneStep(): void {
    const { options, model } = { options: this.#options, model: this.model };
    const images = this.#order.batch(this.step, options.batchSize);
    gather(this.#pixels, images, this.#bytes);
    this.#present.fill(0).fill(1, 0, images.length);
    this.step += 1;
    this.#stepsNow += 1;
    const total = this.budget.total;
    const [loss, reconstruction, kl, error] = this.#program.step(
      this.step,
      learningRate(this.step, total, options.learningRate),
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
      learningRate: learningRate(this.step, total, this.#options.learningRate),
      meanSquaredError,
      meanImageSquaredError: this.#meanImage,
      imagesPerSecond: this.#speed,
      activeLatents: this.#live.active.length,
      heldOutLoss: this.#heldOut.loss,
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

  summary(): TrainingSummary {
    const [loss, , , meanSquaredError] = this.#means.get();
    return {
      steps: this.step,
      epochs: this.step / this.stepsAnEpoch,
      seconds: this.seconds,
      imagesPerSecond: this.#speed,
      loss,
      meanSquaredError,
      meanImageSquaredError: this.#meanImage,
      latent: this.model.latent,
      activeLatents: this.#live.active,
    };
  }
}

/** Copies the images' pixels one after the other into `target`. */
function gather(pixels: PixelSet, images: Uint32Array, target: Uint8Array): Uint8Array {
  const length = pixels.size * pixels.size * pixels.channels;
  for (let i = 0; i < images.length; i += 1) {
    const from = (images[i] as number) * length;
    target.set(pixels.data.subarray(from, from + length), i * length);
  }
  return target;
}

function split(count: number, seed: number): { trained: Uint32Array; held: Uint32Array } {
  const all = new Random(seed ^ 0x5eed).shuffle(Uint32Array.from({ length: count }, (_, i) => i));
  const held = count < HELD_OUT_FROM ? 0 : Math.min(HELD_OUT_MOST, Math.floor(count * HELD_OUT_SHARE));
  return { held: all.slice(0, held), trained: all.slice(held) };
}

/** Trains an autoencoder or VAE by the recipe of docs/method/model.md; `shape` replaces the convolutional net that the size calls for. */
export async function trainNeural(
  pixels: PixelSet,
  chosen: AnalysisOptions,
  hooks: TrainingHooks,
  shape?: ConvolutionalShape,
): Promise<{ model: Model; summary: TrainingSummary }> {
  const options = { ...chosen, batchSize: chosen.batchSize ?? imagesAtOnce(pixels.size * pixels.size * pixels.channels) };
  const config: NeuralConfig = {
    architecture: options.architecture,
    size: pixels.size,
    channels: pixels.channels,
    latent: latentsOf(options, pixels.channels),
    variational: options.model === 'vae',
    likelihood: options.likelihood,
    ...(shape ? { shape } : {}),
  };
  const meanImage = await meanImageError(pixels, hooks.signal);
  const weights = netOf(config).weights(new Random(options.seed));
  const program = neuralProgram(config, weights, { batch: options.batchSize, clipNorm: options.clipNorm });
  const model = new NeuralModel(config, program, Math.max(LEAST_VARIANCE, meanImage));
  try {
    const training = new Training(pixels, options, hooks, program, model, meanImage);
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
