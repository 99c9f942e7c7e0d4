/**
 * A bridge that answers with made-up data of the contract's types, so that the page can be tested in a browser without an engine.
 * It is put into the test's page only; it imports nothing at run time, so its types can be stripped and the rest injected.
 */
import type { LiveMap, ProgressFrame, SondeErrorData } from '../../src/contract/analysis.ts';
import type { Bridge } from '../../src/contract/bridge.ts';
import type { Call, Params, Results, Settings } from '../../src/contract/calls.ts';
import type { ComparedImages, Comparison } from '../../src/contract/comparison.ts';
import type { BiasReport, Estimate, Expectation, Histogram, LatentSummary } from '../../src/contract/report.ts';
import type { ColumnData, RecentStudy, StudyManifest } from '../../src/contract/study.ts';

export interface FakeOptions {
  images: number;
  latents: number;
  active: number;
  settings: Settings;
  recent: boolean;
  /** Milliseconds of training before the run ends; 0: it never ends by itself. */
  trainFor: number;
  /** Calls that fail, by name. */
  failures: Record<string, SondeErrorData>;
  /** The second folder's name. */
  otherName: string;
}

declare global {
  interface Window {
    fakeOptions: Partial<FakeOptions>;
    fakeCalls: { name: string; params: unknown }[];
    fakeEmit: (event: string, payload: unknown) => void;
  }
}

{
  const options: FakeOptions = {
    images: 3000,
    latents: 12,
    active: 9,
    settings: { locale: 'en', theme: 'light', systemLocale: 'en-US' },
    recent: true,
    trainFor: 0,
    failures: {},
    otherName: 'wardrobe in the field, second winter',
    ...window.fakeOptions,
  };
  const { images: N, latents: D } = options;
  const heldOut = { images: 300, meanSquaredError: 0.0139, pcaMeanSquaredError: 0.0171, meanImageSquaredError: 0.0682, codeSize: D };
  const studyId = 'study-00000001';
  let state = 987654321;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(uniform() + 1e-12)) * Math.cos(2 * Math.PI * uniform());

  const kind = Int32Array.from({ length: N }, () => Math.floor(uniform() ** 1.4 * 6));
  const z = Array.from({ length: D }, (_, d) =>
    Float32Array.from({ length: N }, (_, i) => {
      const centre = d < options.active ? 2.1 * Math.sin(((kind[i] as number) + 1) * (d + 1.3) * 1.7) : 0;
      return d < options.active ? centre * 0.7 + normal() * 0.55 : normal() * 0.05;
    }),
  );
  const column = (make: (i: number) => number) => Float32Array.from({ length: N }, (_, i) => make(i));
  const at = (d: number, i: number) => (z[d] as Float32Array)[i] as number;
  const x = column((i) => 1.4 * at(0, i) + at(1, i));
  const y = column((i) => at(1, i) * 0.4 - at(2, i));
  const columns: Record<string, ColumnData> = {
    index: Uint32Array.from({ length: N }, (_, i) => i),
    path: {
      dictionary: Array.from({ length: N }, (_, i) => `${kind[i]}/IMG_${String(i).padStart(5, '0')}.jpg`),
      codes: Uint32Array.from({ length: N }, (_, i) => i),
    },
    label: { dictionary: ['boots', 'coats', 'dresses', 'sandals', 'shirts', 'bags'], codes: Uint32Array.from(kind) },
    width: Uint32Array.from({ length: N }, (_, i) => [640, 640, 1024, 800][i % 4] as number),
    height: Uint32Array.from({ length: N }, (_, i) => [480, 480, 768, 800][i % 4] as number),
    bytes: Float64Array.from({ length: N }, (_, i) => 20_000 + (i % 977) * 40),
    brightness: column((i) => 0.5 + 0.1 * at(0, i)),
    contrast: column((i) => 0.2 + 0.03 * at(1, i)),
    saturation: column((i) => 0.3 + 0.05 * at(2, i)),
    sharpness: column((i) => 0.1 + 0.02 * at(3, i)),
    duplicate_of: Int32Array.from({ length: N }, (_, i) => (i === 17 ? 3 : -1)),
    x,
    y,
    umap_x: column((i) => (kind[i] as number) * 3 + normal() * 0.7),
    umap_y: column((i) => Math.sin((kind[i] as number) * 2.4) * 5 + normal() * 0.7),
    reconstruction_error: column(() => 0.01 + uniform() * 0.02),
    elbo: column(() => 500 + normal() * 40),
    bits_per_dimension: column(() => 2 + normal() * 0.2),
    log_density: column((i) => -10 - Math.abs(at(0, i)) * 2),
    outlier_score: column(() => uniform()),
    outlier_rank: Uint32Array.from({ length: N }, (_, i) => i),
    group: Int32Array.from(kind, (k) => (k > 4 ? -1 : k)),
    rarity: column(() => uniform()),
    resampling_weight: column(() => uniform() * 2),
  };
  z.forEach((values, d) => {
    columns[`z_${String(d).padStart(2, '0')}`] = values;
  });

  const histogram = (values: Float32Array, bins = 40): Histogram => {
    let low = Infinity;
    let high = -Infinity;
    for (const v of values) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    const counts = new Array<number>(bins).fill(0);
    for (const v of values) {
      const bin = Math.min(bins - 1, Math.floor(((v - low) / (high - low)) * bins));
      counts[bin] = (counts[bin] as number) + 1;
    }
    return { edges: Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins), counts };
  };
  const moments = (values: Float32Array) => {
    const mean = values.reduce((s, v) => s + v, 0) / N;
    return { mean, sd: Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / N) };
  };
  const about = (value: number, share = 0.1): Estimate => ({ value, low: value * (1 - share), high: value * (1 + share) });

  const attributeNames = ['brightness', 'contrast', 'saturation', 'sharpness'] as const;
  const latents: LatentSummary[] = z.map((values, d) => {
    const { mean, sd } = moments(values);
    const active = d < options.active;
    return {
      latent: d,
      active,
      kl: active ? 0.6 + 2.4 * Math.abs(Math.sin(d * 2.3)) : 0.002,
      mean,
      median: mean,
      standardDeviation: sd,
      histogram: histogram(values),
      lowerTail: about(0.015 + 0.01 * Math.abs(Math.sin(d)), 0.25),
      upperTail: about(0.02 + 0.02 * Math.abs(Math.cos(d)), 0.25),
      follows: active && d < 4 ? { attribute: attributeNames[d] as 'brightness', correlation: about(0.83 - d * 0.1, 0.03) } : null,
      strongest: { attribute: attributeNames[d % 4] as 'brightness', correlation: about(0.31, 0.1) },
      stripValues: Array.from({ length: 9 }, (_, i) => mean + sd * (-2.5 + (5 * i) / 8)),
      images: Array.from({ length: 9 }, (_, i) => [3 * i, 3 * i + 1, 3 * i + 2]),
    };
  });
  const pick = (k: number, n: number) => {
    const found: number[] = [];
    for (let i = 0; i < N && found.length < n; i += 1) if (kind[i] === k) found.push(i);
    return found;
  };
  const report: BiasReport = {
    format: 2,
    studyId,
    name: 'wardrobe',
    createdAt: '2026-03-14T15:09:26Z',
    provenance: {
      source: '/home/kim/pictures/wardrobe',
      sourceKind: 'folder',
      listingSha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      modelSha256: '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752',
      seed: 0,
      images: N,
      skipped: 3,
      notes: [
        { code: 'window-bits', params: { samples: 'uint16', low: 0, high: 4095 } },
        { code: 'bands-left-out', params: { shown: 3, all: 13, count: 40, example: 'field/tile-007.tif' } },
        { code: 'pages-left-out', params: { count: 12, example: 'stacks/day-2.tif' } },
      ],
      duplicates: { exact: 1, near: 12 },
      standsOn: { umap: 'features', rarity: 'features', pca: 'latents' },
      versions: { sonde: '0.1.0', node: '24.21.0', tensorflow: '2.9.1' },
    },
    image: { size: 32, channels: 3, pixelSpaceLog10: 7398 },
    fit: {
      heldOut,
      meanSquaredError: 0.0123,
      meanImageSquaredError: 0.0671,
      psnr: 19.1,
      elbo: about(1243, 0.01),
      bitsPerDimension: about(2.31, 0.01),
      importanceBound: { estimate: about(1251, 0.01), draws: 100, images: 64 },
    },
    attributes: attributeNames.map((name) => {
      const values = columns[name] as Float32Array;
      const { mean, sd } = moments(values);
      return {
        name,
        histogram: histogram(values, 30),
        mean,
        median: mean,
        p05: mean - 1.6 * sd,
        p95: mean + 1.6 * sd,
        standardDeviation: sd,
      };
    }),
    latents,
    factors: null,
    weights: [
      {
        variant: 'tempered',
        exponent: 0.41,
        effectiveSampleSize: N * 0.4,
        share: 0.4,
        topShare: 0.09,
        alpha: 0.01,
        bins: 10,
        kinds: [],
        preview: pick(2, 16),
        evenPreview: pick(1, 16),
      },
      {
        variant: 'product',
        exponent: 1,
        kinds: [],
        effectiveSampleSize: N * 0.21,
        share: 0.21,
        topShare: 0.17,
        alpha: 0.001,
        bins: 10,
        preview: pick(4, 16),
        evenPreview: pick(1, 16),
      },
      {
        variant: 'maximum',
        exponent: 1,
        kinds: [],
        effectiveSampleSize: N * 0.64,
        share: 0.64,
        topShare: 0.06,
        alpha: 0.001,
        bins: 10,
        preview: pick(3, 16),
        evenPreview: pick(1, 16),
      },
    ],
    intrinsicDimension: { twoNN: about(9.1, 0.04), levinaBickel: about(8.7, 0.03), mackayGhahramani: about(8.2, 0.03), images: N - 13 },
    density: { components: 6, bic: 81234, meanLogLikelihood: about(-9.8, -0.02), overOne: about(2.4, 0.1) },
    outliers: {
      images: Array.from({ length: 24 }, (_, i) => ({
        index: (i * 131) % N,
        score: 0.999 - i * 0.004,
        reasons: [{ component: ['shape', 'bulk', 'attributes'][i % 3] as string, percentile: 99.6 - i * 0.2 }],
        copies: i === 0 ? 2 : 0,
        why: {
          nearest: (i * 17) % N,
          attribute: { attribute: 'brightness', below: i % 2 === 0 ? 0.002 : 0.4 },
          residual: Array.from({ length: 256 }, (_cell, cell) => ((cell * (i + 1)) % 97) / 97),
        },
      })),
      method: 'fisher',
      nullControl: { quantile: 0.999, images: N, beyond: 41, expected: 0.001 * N },
    },
    composition: null,
    missing: null,
    independence: {
      images: N,
      clusters: N - 40,
      orders: [{ by: 'name', pairs: 5 * N, near: 90, expected: 31.2, pValue: 0.001, joined: 30 }],
      bursts: 9,
      inBursts: 36,
      correlation: about(0.8),
      effective: about(N - 45, 0.01),
      largest: [{ count: 5, images: [3, 4, 5, 6, 7] }],
    },
    subfolders: {
      splits: [
        { name: 'train', count: N - 600 },
        { name: 'test', count: 600 },
      ],
      unsplit: 0,
      labels: ['boots', 'coats', 'dresses'].map((name, i) => ({ name, count: 900 - i })),
      leaks: [
        {
          side: 'split',
          from: 'train',
          to: 'test',
          count: 12,
          exact: 4,
          total: 600,
          burst: 3,
          pairs: [
            [3, 17],
            [4, 18],
          ],
        },
      ],
      leaking: { split: 1, label: 0 },
      shortcuts: [
        {
          side: 'label',
          about: 'file',
          name: 'quality',
          accuracy: about(0.71, 0.04),
          chance: 1 / 3,
          classes: 3,
          pValue: 0.001,
          adjustedPValue: 0.01,
          best: 'boots',
          recognised: 0.9,
          value: 75,
          others: 92,
          images: [
            [3, 4],
            [17, 18],
          ],
        },
      ],
      tried: 14,
      labelled: {
        judged: N,
        classes: 3,
        accuracy: about(0.91, 0.02),
        count: 2,
        share: about(0.002, 0.4),
        expected: 0.005 * N,
        pValue: 0.9,
        images: [3, 4, 5].map((index, i) => ({
          index,
          label: 'boots',
          other: 'coats',
          probability: 0.01,
          nearby: 0.1,
          named: i < 2,
          nearest: [17, 18],
        })),
      },
      moved: 12,
    },
    damage: [
      {
        kind: 'dark',
        reason: null,
        count: 40,
        share: about(40 / N, 0.2),
        designEffect: 1,
        threshold: 0.31,
        below: true,
        median: 0.8,
        falseAlarms: 0.005,
        images: Array.from({ length: 40 }, (_, i) => ({ index: i * 7, value: 0.2, partner: null, quarterTurns: null })),
      },
      {
        kind: 'turned',
        reason: 'no-upright',
        count: 0,
        share: null,
        designEffect: 1,
        threshold: null,
        below: false,
        median: null,
        falseAlarms: null,
        images: [],
      },
    ],
    groups: [4, 3, 2, 1].map((id, i) => ({
      id,
      count: pick(id, N).length,
      share: about(pick(id, N).length / N, 0.08),
      first: pick(id, N).length - i,
      separation: 0.97 - i * 0.05,
      stability: { jaccard: 0.9 - i * 0.1, found: 5 - i, refits: 5 },
      rarityAttributes: 0.6,
      cohesion: 0.41 - i * 0.06,
      spaces: ['latent', 'attributes'].slice(0, 1 + (i % 2)),
      typical: pick(id, 10),
      extreme: pick(id, 20).slice(10),
      features: [
        { kind: 'attribute', name: 'brightness', logOdds: about(1.2), high: i % 2 === 0 },
        { kind: 'latent', name: '3', logOdds: about(0.9), high: true },
      ],
      rarity: 0.9 - i * 0.1,
    })),
    diversity: {
      vendi: about(41.2, 0.03),
      unseenMass: { value: 0.18, low: 0.05, high: 0.47 },
      unseen: [
        { radius: 0.4, share: about(0.46, 0.03) },
        { radius: 0.5, share: about(0.18, 0.05) },
        { radius: 0.6, share: about(0.06, 0.1) },
      ],
      scale: {
        images: { precision: about(0.93, 0.02), recall: about(0.94, 0.02), density: about(1.01, 0.03), coverage: about(0.96, 0.01) },
        shapeless: { precision: about(0.04, 0.3), recall: about(0.11, 0.3), density: about(0.01, 0.5), coverage: about(0.02, 0.4) },
      },
      precision: about(0.81, 0.03),
      recall: about(0.57, 0.03),
      density: about(0.96, 0.04),
      coverage: about(0.9, 0.02),
    },
    expectations: [
      {
        statement: { kind: 'label', name: 'bags', low: null, high: null, share: 0.17 },
        observed: about(0.06, 0.1),
        pValue: 1e-9,
        adjustedPValue: 2e-9,
        rejected: true,
      },
      {
        statement: { kind: 'attribute', name: 'brightness', low: 0.5, high: null, share: 0.5 },
        observed: about(0.51, 0.04),
        pValue: 0.44,
        adjustedPValue: 0.44,
        rejected: false,
      },
    ],
    findings: [
      {
        kind: 'attribute',
        next: 'look',
        images: [[3, 4, 5]],
        attribute: 'brightness',
        side: 'low',
        count: 90,
        share: about(0.03, 0.2),
        cut: 0.2,
        median: 0.12,
        othersMedian: 0.5,
        adjustedPValue: 0.002,
      },
      { kind: 'copies', next: 'look', images: [[3, 17]], exact: 1, near: 12, different: N - 13, across: 2 },
    ],
    silences: [
      { about: 'two-kinds', why: 'not-found' },
      { about: 'groups', why: 'no-test' },
      { about: 'outliers', why: 'no-test' },
    ],
    paths: Object.fromEntries(Array.from({ length: N }, (_, i) => [i, `${kind[i]}/IMG_${String(i).padStart(5, '0')}.jpg`])),
    absent: {},
  };
  const manifest: StudyManifest = {
    format: 1,
    id: studyId,
    name: 'wardrobe',
    state: 'done',
    createdAt: '2026-03-14T15:09:26Z',
    updatedAt: '2026-03-14T15:12:26Z',
    source: {
      kind: 'folder',
      path: '/home/kim/pictures/wardrobe',
      listingSha256: report.provenance.listingSha256,
      notes: report.provenance.notes,
    },
    counts: { found: N + 3, usable: N, skipped: 3, labels: 6 },
    image: { size: 32, channels: 3, windows: [{ samples: 'uint16', low: 0, high: 4095, basis: 'bits' }] },
    options: {
      model: 'vae',
      architecture: 'convolutional',
      likelihood: 'gaussian',
      latent: D,
      size: null,
      color: null,
      window: null,
      epochs: null,
      seconds: null,
      batchSize: 128,
      learningRate: 4e-3,
      clipNorm: 1,
      klWarmUp: 0.2,
      klWeight: 1,
      adaptiveResampling: false,
      encoder: null,
      seed: 0,
      limit: null,
      array: null,
    },
    features: null,
    standsOn: null,
    pcaShares: null,
    files: {},
    training: {
      steps: 1412,
      epochs: 60.2,
      seconds: 31.4,
      imagesPerSecond: 5750,
      loss: -1243.2,
      meanSquaredError: 0.0123,
      meanImageSquaredError: 0.0671,
      latent: D,
      activeLatents: latents.filter((l) => l.active).map((l) => l.latent),
      heldOut,
      ended: 'held-out',
      plannedSteps: 1920,
      bestStep: 1212,
      augmentations: ['mirror'],
    },
    timings: {
      scan: 0.2,
      decode: 3.1,
      train: 31.4,
      encode: 0.9,
      neighbours: 0.6,
      layout: 4.2,
      density: 1.8,
      outliers: 2.4,
      duplicates: 0.3,
      groups: 1.1,
      report: 0.5,
      save: 0.4,
    },
    versions: report.provenance.versions,
    labels: ['boots', 'coats', 'dresses', 'sandals', 'shirts', 'bags'],
  };
  const recent: RecentStudy[] = options.recent
    ? [
        { id: studyId, name: 'wardrobe', openedAt: '2026-03-14T15:12:26Z', images: N, state: 'done' },
        { id: 'study-00000002', name: 'hands, second session', openedAt: '2026-03-12T09:02:11Z', images: 1842, state: 'interrupted' },
        { id: 'study-00000003', name: 'slides', openedAt: '2026-02-01T18:40:00Z', images: 420, state: 'missing' },
      ]
    : [];

  /** A soft ellipse whose shape, place and colour follow the vector: different vectors, different pictures. */
  const drawn = (vector: Float32Array, from: number, into: Uint8Array, offset: number) => {
    const v = (d: number) => vector[from + d] ?? 0;
    for (let py = 0; py < 32; py += 1)
      for (let px = 0; px < 32; px += 1) {
        const angle = v(2) * 0.6;
        const [dx, dy] = [px - 16 - v(0) * 3, py - 16 - v(1) * 3];
        const [ex, ey] = [dx * Math.cos(angle) + dy * Math.sin(angle), dy * Math.cos(angle) - dx * Math.sin(angle)];
        const body = 1 / (1 + Math.exp((ex / (7 + v(3))) ** 2 * 4 + (ey / (10 + v(4) * 1.5)) ** 2 * 4 - 4));
        const to = offset + (py * 32 + px) * 3;
        into[to] = 30 + body * (150 + 40 * Math.tanh(v(5)));
        into[to + 1] = 34 + body * (130 + 50 * Math.tanh(v(6)));
        into[to + 2] = 40 + body * (120 + 60 * Math.tanh(v(7)));
      }
  };

  const handlers = new Map<string, Set<(payload: never) => void>>();
  const emit = (event: string, payload: unknown) => {
    for (const handler of handlers.get(event) ?? []) handler(payload as never);
  };
  let settings = options.settings;
  let running: ReturnType<typeof setInterval> | null = null;
  let paused = false;
  let finished = true;

  const live = (t: number): LiveMap => {
    const n = Math.min(N, 2000);
    const positions = new Float32Array(n * 2);
    const grown = 1 - Math.exp(-t / 4);
    for (let i = 0; i < n; i += 1) {
      positions[i * 2] = (x[i] as number) * grown + Math.sin(t + i) * 0.03;
      positions[i * 2 + 1] = (y[i] as number) * grown + Math.cos(t + i) * 0.03;
    }
    return { indices: Uint32Array.from({ length: n }, (_, i) => i), positions };
  };
  const start = () => {
    const runId = 'run-1';
    let t = 0;
    finished = false;
    const end = (outcome: 'done' | 'cancelled') => {
      if (running) clearInterval(running);
      running = null;
      finished = outcome === 'done';
      emit('terminal', { kind: 'terminal', runId, studyId, outcome, error: null });
    };
    running = setInterval(() => {
      if (!paused) t += 0.05;
      const frame: ProgressFrame = {
        kind: 'progress',
        runId,
        studyId,
        phase: t < 0.3 ? 'decode' : 'train',
        done: Math.round(t * 45),
        total: 1400,
        rate: 5700,
        secondsLeft: Math.max(0, 31 - t),
        elapsedSeconds: t,
        skipped: 3,
        training:
          t < 0.3
            ? null
            : {
                step: Math.round(t * 45),
                totalSteps: 1400,
                epoch: t * 2,
                loss: -1243 + 2100 * Math.exp(-t / 2) + normal() * 9,
                reconstruction: -1266 + 2090 * Math.exp(-t / 2) + normal() * 9,
                kl: 23 * (1 - Math.exp(-t / 3)) + normal() * 0.3,
                klWeight: Math.min(1, t / 6),
                learningRate: 4e-3,
                meanSquaredError: 0.0123 + 0.05 * Math.exp(-t / 3),
                meanImageSquaredError: 0.0671,
                imagesPerSecond: 5700 + normal() * 80,
                activeLatents: Math.min(options.active, Math.round(t * 2)),
                heldOutLoss: Math.round(t * 20) % 20 === 0 ? -1200 + 2100 * Math.exp(-t / 2) : null,
                heldOut,
                paused,
              },
        map: t < 0.3 ? null : live(t),
      };
      emit('progress', frame);
      if (options.trainFor > 0 && t * 1000 > options.trainFor) end('done');
    }, 50);
    return { runId, studyId, end };
  };
  let run: ReturnType<typeof start> | null = null;
  const begin = () => {
    run = start();
    return { runId: run.runId, studyId };
  };

  const shift = (kind: 'attribute' | 'latent', name: string, delta: number, adjustedPValue: number): Comparison['shifts'][number] => ({
    kind,
    name,
    medianA: 0.41,
    medianB: 0.41 + delta / 10,
    cliffsDelta: about(delta, 0.06),
    standardisedDifference: about(delta * 1.6, 0.1),
    pValue: adjustedPValue / 4,
    adjustedPValue,
  });
  const change = (
    id: number,
    origin: 'study' | 'pooled',
    what: Comparison['groups'][number]['change'],
    typicalB: number[],
  ): Comparison['groups'][number] => ({
    origin,
    id,
    countA: 60,
    countB: 200,
    shareA: about(0.02, 0.005),
    shareB: about(0.1, 0.012),
    logOddsRatio: about(1.7, 0.3),
    pValue: 1e-7,
    adjustedPValue: what === 'same' ? 0.7 : 1e-6,
    change: what,
    typicalA: [3, 77, 140, 212, 9],
    typicalB,
  });
  const comparison: Comparison = {
    format: 2,
    a: { name: 'wardrobe', images: N },
    b: { name: options.otherName, images: 812 },
    seed: 0,
    overall: {
      test: 'energy-distance',
      coefficient: 0.084,
      nullQuantile: 0.011,
      pValue: 0.001,
      permutations: 999,
      imagesA: 1000,
      imagesB: 812,
      features: ['brightness'],
      separation: { value: 0.74, low: 0.71, high: 0.77 },
    },
    shifts: [
      shift('attribute', 'brightness', -0.42, 1e-9),
      shift('latent', 'z_03', 0.31, 2e-5),
      shift('attribute', 'contrast', 0.03, 0.61),
      shift('latent', 'z_01', -0.02, 0.9),
    ],
    groups: [change(4, 'study', 'grew', [0, 5, 9]), change(2, 'pooled', 'appeared', [5, 11]), change(1, 'study', 'same', [])],
    coverage: {
      neighbours: 5,
      ofB: { covered: about(0.81, 0.03), expected: 0.95 },
      ofA: { covered: about(0.93, 0.01), expected: 0.95 },
    },
    carriers: {
      neighbours: 15,
      expectedShareA: 0.79,
      expectedShareB: 0.21,
      a: [3, 14, 15, 92, 65].map((index) => ({ index, ownShare: 1, logDistanceRatio: 1.2 })),
      b: [0, 5, 9, 11].map((index) => ({ index, ownShare: 0.9, logDistanceRatio: 0.8 })),
    },
  };
  const comparedImages = (): ComparedImages => {
    const indices = Uint32Array.of(0, 5, 9, 11);
    const data = new Uint8Array(indices.length * 32 * 32 * 3);
    indices.forEach((index, i) => {
      drawn(
        Float32Array.from({ length: D }, (_, d) => Math.sin(index + d)),
        0,
        data,
        i * 32 * 32 * 3,
      );
    });
    return {
      indices,
      paths: [...indices].map((index) => `coats/FIELD_${index}.jpg`),
      pixels: { n: indices.length, size: 32, channels: 3, data },
    };
  };

  const answers: { [C in Call]: (params: Params<C>) => Results[C] } = {
    startAnalysis: begin,
    resumeAnalysis: begin,
    pause: () => {
      paused = true;
      return null;
    },
    unpause: () => {
      paused = false;
      return null;
    },
    cancel: () => {
      run?.end('cancelled');
      return null;
    },
    finishTraining: () => {
      run?.end('done');
      return null;
    },
    manifest: () =>
      finished ? manifest : { ...manifest, state: running ? 'running' : 'interrupted', training: null, timings: { scan: 0.2 } },
    openStudy: () => manifest,
    skipped: () => [
      { path: 'coats/IMG_0041.jpg', reason: 'truncated', detail: 'premature end of JPEG data' },
      { path: 'notes.txt', reason: 'not-an-image', detail: 'no known signature' },
      { path: 'bags/old/IMG_7.tif', reason: 'too-large', detail: '40,000 x 30,000' },
    ],
    columns: ({ names }: { names: string[] }) => Object.fromEntries(names.flatMap((n) => (columns[n] ? [[n, columns[n]]] : []))),
    trainingCurve: () => {
      const falling = (from: number) => Float32Array.from({ length: 40 }, (_, i) => from / (i + 1));
      return {
        step: Float32Array.from({ length: 40 }, (_, i) => 10 * i + 1),
        loss: falling(500),
        heldOut: falling(520).fill(Number.NaN, 0, 5),
        reconstruction: falling(490),
        kl: falling(10),
      };
    },
    report: () => {
      if (!finished) throw { code: 'study-incomplete', params: {}, detail: 'report.json' };
      return report;
    },
    decode: ({ z: vector }: { z: Float32Array }) => {
      const n = vector.length / D;
      const data = new Uint8Array(n * 32 * 32 * 3);
      for (let i = 0; i < n; i += 1) drawn(vector, i * D, data, i * 32 * 32 * 3);
      return { n, size: 32, channels: 3, data };
    },
    encode: ({ image }: { image: number }) => ({ z: Float32Array.from(z, (values) => values[image] as number) }),
    nearest: ({ k }: { k: number }) => ({
      indices: Uint32Array.from({ length: k }, (_, i) => (i * 37 + 5) % N),
      distances: Float32Array.from({ length: k }, (_, i) => 0.4 + i * 0.05),
    }),
    draw: ({ n }: { n: number }) => ({ z: Float32Array.from({ length: n * D }, normal) }),
    contours: () => ({
      levels: [0.5, 0.8, 0.95].map((share) => ({
        share,
        lines: [
          Float32Array.from({ length: 130 }, (_, i) => (i % 2 === 0 ? Math.cos : Math.sin)(Math.floor(i / 2) / 10.2) * (1 + share * 3)),
        ],
      })),
    }),
    exportReport: () => null,
    nameFactor: () => report.factors ?? [],
    exportWeights: () => null,
    exportSplit: () => null,
    exportComparison: () => null,
    testExpectations: ({ statements }: { statements: Expectation[] }) => {
      report.expectations = statements.map((statement) => ({
        statement,
        count: Math.round(N * 0.4),
        images: N,
        observed: about(0.4, 0.02),
        pValue: 1e-6,
        adjustedPValue: 1e-6,
        rejected: statement.share !== 0.4,
      }));
      return report.expectations;
    },
    compare: () => ({
      comparison,
      strangeness: {
        images: [9, 0, 11, 5].map((index, i) => ({
          index,
          percentile: 1 - i / 90,
          pValue: (i + 1) / 90,
          shares: { reconstruction: 0.98 - i / 20, latent: 0.97 - i / 20, features: 0.9, attributes: 0.6 },
        })),
        beyond: about(0.09, 0.02),
        expected: 0.01,
        novelty: {
          calibration: 89,
          images: 200,
          confidence: 0.95,
          atLeast: 11,
          thresholds: Array.from({ length: 90 }, (_, i) => ({
            pValue: (i + 1) / 90,
            images: 2 * i + 3,
            atLeast: Math.min(11, Math.max(0, i)),
            falseDiscoveryRate: Math.min(1, (200 * (i + 1)) / 90 / (2 * i + 3)),
          })),
        },
        inversion: { difference: 31.4, standardError: 4.2 },
      },
      images: comparedImages(),
    }),
    comparisonProgress: () => ({ stage: 'read', done: 40, total: 200 }),
    cancelComparison: () => null,
    chooseSource: ({ kind: what }: { kind: 'folder' | 'file' }) => ({ grant: `g-${'0'.repeat(32)}`, name: 'wardrobe', kind: what }),
    takeDropped: ({ file }: { file: File }) => ({ grant: `g-${'2'.repeat(32)}`, name: file.name, kind: 'folder' }),
    chooseStudy: () => ({ studyId }),
    chooseTarget: ({ suggestedName }: { suggestedName: string }) => ({ grant: `g-${'1'.repeat(32)}`, name: suggestedName, kind: 'file' }),
    recentStudies: () => recent,
    forgetStudy: () => null,
    settings: () => settings,
    changeSettings: (change: Partial<Settings>) => {
      settings = { ...settings, ...change };
      return settings;
    },
    revealStudy: () => null,
    engineState: () => ({ state: 'ready', detail: '' }),
    currentRun: () => null,
    launchRequest: () => ({ source: null }),
  };

  window.fakeCalls = [];
  window.fakeEmit = emit;
  window.sonde = {
    async call(name: Call, params: never) {
      window.fakeCalls.push({ name, params });
      const failure = options.failures[name];
      if (failure) return { ok: false, error: failure };
      const answer = answers[name] as ((params: never) => unknown) | undefined;
      if (!answer) return { ok: false, error: { code: 'bad-request', params: {}, detail: name } };
      try {
        return { ok: true, value: answer(params) };
      } catch (error) {
        return { ok: false, error };
      }
    },
    on(event: string, handler: (payload: never) => void) {
      const set = handlers.get(event) ?? new Set();
      handlers.set(event, set.add(handler));
      return () => set.delete(handler);
    },
  } as unknown as Bridge;
}
