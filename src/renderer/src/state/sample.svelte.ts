/** A place in the latent space of a study: where a person moved it, which outlives the view, and what is drawn and found there. */
import type { PixelBatch, Results } from '../../../contract/calls.ts';
import { medianLatents } from '../../../report-page/latents.ts';
import { call } from './bridge.ts';
import { Latest } from './latest.ts';
import { navigation } from './navigation.svelte.ts';
import { notices } from './notices.svelte.ts';
import { ofFactors, ofPrior, ofReport, type Slider, stripValuesOf } from './sliders.ts';
import type { Study } from './study.svelte.ts';

type Vector = Float32Array<ArrayBuffer>;

export const NEIGHBOURS = 12;
/** Neighbours may wait until the hand rests, and the strip follows at its own pace: the picture may not. */
const NEIGHBOURS_REST = 90;
const STRIP_REST = 120;
const REDRAW_WHILE_TRAINING = 1000;

export class SampleState {
  readonly #study: Study;
  /** Null until a person has moved. */
  #moved = $state.raw<Vector | null>(null);
  #strip = $state<number | null>(null);
  /** Sliders of raw latents, where there are factors. */
  raw = $state(false);
  from = $state<'prior' | 'mixture'>('prior');
  /** The image that the place is the code of, until it is moved on. */
  origin = $state<number | null>(null);
  /** The number in the field for an image to begin at. */
  wanted = $state('');
  batch = $state.raw<PixelBatch | null>(null);
  near = $state.raw<Results['nearest'] | null>(null);
  stripRows = $state.raw<Vector>(new Float32Array(0));
  /** From the question to the picture, of the newest picture. */
  milliseconds = $state(0);
  #seed = 1;
  /** How often the place was moved: an answer that would move it is dropped where a later move came before. */
  #moves = 0;
  /** The image that was asked for before there was a model. */
  #first: number | null = null;

  readonly dimensions = $derived.by(() => this.#study.latentDimensions);
  readonly byFactor = $derived.by(() => !this.raw && this.#study.factors.length > 0);
  readonly #latents = $derived.by(() => {
    const { report, manifest } = this.#study;
    return report ? ofReport(report) : ofPrior(this.dimensions, manifest?.training?.activeLatents);
  });
  readonly sliders: Slider[] = $derived.by(() => (this.byFactor ? ofFactors(this.#study.factors) : this.#latents));
  /** Latents that the model makes no use of. */
  readonly inactive = $derived(this.byFactor ? 0 : Math.max(0, this.dimensions - this.sliders.length));
  /** The middle of the data; before the report knows it, of the prior. */
  readonly #middle = $derived.by(() => (this.#study.report ? medianLatents(this.#study.report) : new Float32Array(this.dimensions)));
  readonly z: Vector = $derived(this.#moved?.length === this.dimensions ? this.#moved : this.#middle);
  readonly stripSlider: Slider | undefined = $derived(this.sliders.find(({ key }) => key === this.#strip) ?? this.sliders[0]);
  readonly stripValues = $derived(this.stripSlider ? stripValuesOf(this.stripSlider) : []);

  readonly #decoder = new Latest(
    async (z: Vector) => {
      const began = performance.now();
      const batch = await call('decode', { studyId: this.#study.id, z });
      return { batch, milliseconds: performance.now() - began };
    },
    ({ batch, milliseconds }) => {
      this.batch = batch;
      this.milliseconds = milliseconds;
    },
    notices.failed,
  );
  readonly #neighbours = new Latest(
    (z: Vector) => call('nearest', { studyId: this.#study.id, z, k: NEIGHBOURS }),
    (near) => {
      this.near = near;
    },
    notices.failed,
  );

  constructor(study: Study) {
    this.#study = study;
  }

  /** For as long as the view that begins here is shown, the picture, its neighbours and the strip follow the place. */
  follow(): void {
    const { run } = this.#study;
    $effect(() => {
      if (this.dimensions === 0 || this.#first === null) return;
      const image = this.#first;
      this.#first = null;
      void this.startFrom(image);
    });
    $effect(() => {
      if (this.z.length > 0) this.#decoder.ask(this.z);
    });
    // While the model learns, the same place becomes another picture.
    $effect(() => {
      if (!run.going || run.paused) return;
      const timer = setInterval(() => {
        if (this.z.length > 0 && run.frame?.phase === 'train') this.#decoder.ask(this.z);
      }, REDRAW_WHILE_TRAINING);
      return () => clearInterval(timer);
    });
    $effect(() => {
      const { z } = this;
      if (z.length === 0 || !this.#study.columns) return;
      const timer = setTimeout(() => this.#neighbours.ask(z), NEIGHBOURS_REST);
      return () => clearTimeout(timer);
    });
    $effect(() => {
      const rows = this.z.length > 0 && this.stripSlider ? this.stripSlider.along(this.z, this.stripValues) : new Float32Array(0);
      const timer = setTimeout(() => {
        this.stripRows = rows;
      }, STRIP_REST);
      return () => clearTimeout(timer);
    });
  }

  /** Goes to Sample, to the code of an image; before there is a model, once there is. */
  show(image: number): void {
    navigation.view = 'sample';
    if (this.dimensions === 0) this.#first = image;
    else void this.startFrom(image);
  }

  move(slider: Slider, value: number): void {
    this.#to(slider.along(this.z, [value]));
    this.#strip = slider.key;
  }

  /** Shows a slider's strip. */
  look(slider: Slider): void {
    this.#strip = slider.key;
  }

  reset(): void {
    this.#to(null);
  }

  /** To a place drawn from the prior or from the mixture that fits the data. */
  async draw(): Promise<void> {
    const move = this.#begin();
    const drawn = await notices.attempt(call('draw', { studyId: this.#study.id, from: this.from, n: 1, seed: this.#seed++ }));
    if (drawn && move === this.#moves) this.#to(new Float32Array(drawn.z));
  }

  /** To the code of an image. */
  async startFrom(image: number): Promise<void> {
    const move = this.#begin();
    const encoded = await notices.attempt(call('encode', { studyId: this.#study.id, image }));
    if (!encoded || move !== this.#moves) return;
    this.#to(new Float32Array(encoded.z), image);
    this.wanted = String(image);
  }

  /** To the image whose number is in the field, if the study has it. */
  async startFromWanted(): Promise<void> {
    const image = Number(this.wanted);
    if (this.wanted !== '' && image >= 0 && image < this.#study.usable) await this.startFrom(image);
  }

  #begin(): number {
    this.#moves += 1;
    return this.#moves;
  }

  #to(z: Vector | null, origin: number | null = null): void {
    this.#begin();
    this.#moved = z;
    this.origin = origin;
  }
}
