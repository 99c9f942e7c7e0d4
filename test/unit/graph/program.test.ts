import { afterAll, expect, test } from 'vitest';
import { biasAdd, matMul, relu, sigmoid, softplus } from '../../../src/engine/graph/native-ops.ts';
import { Program, type Weights } from '../../../src/engine/graph/program.ts';
import { Random } from '../../../src/engine/random.ts';
import { tf } from '../../../src/engine/tensorflow.ts';

type Tensor = import('@tensorflow/tfjs-node').Tensor;
const random = new Random(7);
const BATCH = 8;
const weight = (shape: number[], scale: number) => {
  const length = shape.reduce((product, size) => product * size, 1);
  return { shape, values: Float32Array.from({ length }, () => random.normal() * scale) };
};

const dense: Weights = { a: weight([144, 20], 0.1), b: weight([20], 0.1), c: weight([20, 144], 0.2) };
const convolutional: Weights = { k: weight([4, 4, 1, 6], 0.3), kb: weight([6], 0.1), t: weight([4, 4, 1, 6], 0.3) };

type Ops = {
  matMul: (a: Tensor, b: Tensor) => Tensor;
  relu: (x: Tensor) => Tensor;
  biasAdd: (x: Tensor, b: Tensor) => Tensor;
  softplus: (x: Tensor) => Tensor;
  sigmoid: (x: Tensor) => Tensor;
};
const native: Ops = { matMul, relu, biasAdd, softplus, sigmoid };
const eager: Ops = { matMul: tf.matMul, relu: tf.relu, biasAdd: (x, b) => tf.add(x, b), softplus: tf.softplus, sigmoid: tf.sigmoid } as Ops;

function lossOf(net: 'dense' | 'conv', ops: Ops) {
  return (bytes: Tensor, noise: Tensor, w: Record<string, Tensor>) => {
    const x = tf.div(bytes, 255).reshape([BATCH, 12, 12, 1]);
    const logits =
      net === 'dense'
        ? ops.matMul(tf.add(ops.relu(ops.biasAdd(ops.matMul(x.reshape([BATCH, 144]), w.a as Tensor), w.b as Tensor)), noise), w.c as Tensor)
        : (
            tf.conv2dTranspose(
              ops.relu(ops.biasAdd(tf.conv2d(x as never, w.k as never, 2, 'same'), w.kb as Tensor)) as never,
              w.t as never,
              [BATCH, 12, 12, 1],
              2,
              'same',
            ) as Tensor
          ).reshape([BATCH, 144]);
    const flat = x.reshape([BATCH, 144]);
    const loss = tf.div(tf.sum(tf.sub(ops.softplus(logits), tf.mul(flat, ops.sigmoid(logits)))), BATCH) as Tensor;
    return { loss, metrics: tf.stack([tf.mean(tf.square(tf.sub(flat, logits)))]) as Tensor };
  };
}

const programs: Program[] = [];
function compile(net: 'dense' | 'conv') {
  const weights = net === 'dense' ? dense : convolutional;
  const program = new Program({
    weights,
    functions: {
      double: { inputs: { x: { kind: 'float', shape: [3] } }, build: ({ x }) => ({ y: tf.mul(x as Tensor, 2) }) },
      noise: { inputs: { seed: { kind: 'normal', shape: [1000] } }, build: ({ seed }) => ({ y: tf.mul(seed as Tensor, 1) }) },
    },
    step: {
      inputs: { bytes: { kind: 'bytes', shape: [BATCH, 144] }, noise: { kind: 'normal', shape: [BATCH, 20] } },
      build: ({ bytes, noise }, w) => lossOf(net, native)(bytes as Tensor, noise as Tensor, w),
      clipNorm: 0,
    },
  });
  programs.push(program);
  return { program, weights };
}
afterAll(() => {
  for (const program of programs) program.dispose();
});

const bytes = Uint8Array.from({ length: BATCH * 144 }, () => random.integer(256));

test.each(['dense', 'conv'] as const)('%s: loss and every gradient agree with eager tfjs within 1e-4', (net) => {
  const { program, weights } = compile(net);
  const found = program.gradients(bytes, Int32Array.of(3, 4));
  const names = Object.keys(weights);
  const noise = tf
    .tensor(noiseFor(program), [1000])
    .slice([0], [BATCH * 20])
    .reshape([BATCH, 20]);
  const w = Object.fromEntries(
    names.map((name) => [name, tf.variable(tf.tensor(weights[name]?.values as Float32Array, weights[name]?.shape))]),
  );
  // StatelessRandomNormal draws the same leading values whatever the shape.
  const { value, grads } = tf.variableGrads(() => lossOf(net, eager)(tf.tensor(bytes, [BATCH, 144], 'float32'), noise, w).loss as never);
  const loss = value.dataSync()[0] as number;
  expect(Math.abs((found.loss?.[0] as number) - loss)).toBeLessThan(1e-4 * Math.abs(loss));
  for (const name of names) {
    const expected = (grads[(w[name] as import('@tensorflow/tfjs-node').Variable).name] as Tensor).dataSync();
    const scale = Math.max(...expected.map(Math.abs));
    const apart = Math.max(...expected.map((one, i) => Math.abs(one - (found[name]?.[i] as number))));
    expect(apart, name).toBeLessThan(1e-4 * scale);
    expect(scale, name).toBeGreaterThan(0);
  }
});
const noiseFor = (program: Program) => program.call('noise', Int32Array.of(3, 4))[0] as Float32Array;

test('functions run, and noise repeats with its seed', () => {
  const { program } = compile('dense');
  expect([...(program.call('double', Float32Array.of(1, 2, 3))[0] as Float32Array)]).toEqual([2, 4, 6]);
  const [first, again, other] = [
    [1, 2],
    [1, 2],
    [1, 3],
  ].map((seed) => program.call('noise', Int32Array.from(seed))[0] as Float32Array);
  expect(first).toEqual(again);
  expect(first).not.toEqual(other);
  const values = [...(first as Float32Array)];
  const mean = values.reduce((sum, value) => sum + value, 0) / 1000;
  expect(Math.abs(mean)).toBeLessThan(0.13);
  expect(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 1000).toBeCloseTo(1, 0);
});

test('a step is Adam, the loss falls, and written weights and moments continue to the bit', () => {
  const { program } = compile('conv');
  const before = program.read();
  const gradient = program.gradients(bytes, Int32Array.of(0, 1)).t as Float32Array;
  const first = program.step(1, 0.01, bytes, Int32Array.of(0, 1))[0] as number;
  const after = program.read();
  // The first step of Adam moves every weight by the learning rate against its gradient's sign.
  after.t?.values.forEach((value, i) => {
    const g = gradient[i] as number;
    expect(value).toBeCloseTo((before.t?.values[i] as number) - (0.01 * g) / (Math.abs(g) + 1e-7 * Math.sqrt(1 / (1 - 0.999))), 4);
  });
  for (let i = 2; i <= 60; i += 1) program.step(i, 0.01, bytes, Int32Array.of(0, i));
  expect(program.step(61, 0.01, bytes, Int32Array.of(0, 61))[0]).toBeLessThan(first);
  const kept = Object.fromEntries(Object.entries(program.read()).map(([name, { values }]) => [name, values]));
  const twin = compile('conv').program;
  twin.write(kept);
  for (let i = 62; i < 70; i += 1)
    expect(twin.step(i, 0.01, bytes, Int32Array.of(0, i))).toEqual(program.step(i, 0.01, bytes, Int32Array.of(0, i)));
  expect(twin.read()).toEqual(program.read());
});

test('gives its tensors back', () => {
  const { program } = compile('dense');
  const held = tf.memory().numTensors;
  for (let i = 1; i <= 200; i += 1) program.step(i, 1e-3, bytes, Int32Array.of(0, i));
  expect(tf.memory().numTensors).toBe(held);
});

test('a thousand times written and trained on at once: what JavaScript gave is let go on its own thread', () => {
  // Some of many small arrays lie where TensorFlow takes them as they are; letting go of one on another thread ends the process.
  const names = Array.from({ length: 16 }, (_, i) => `w${i}`);
  const values = (i: number, value: number) => new Float32Array(64 + i * 16).fill(value);
  const program = new Program({
    weights: Object.fromEntries(names.map((name, i) => [name, { shape: [64 + i * 16], values: values(i, 1) }])),
    functions: {},
    step: {
      inputs: {},
      clipNorm: 0,
      build: (_, w) => {
        const loss = tf.addN(names.map((name) => tf.sum(tf.square(w[name] as Tensor)) as never)) as Tensor;
        return { loss, metrics: tf.stack([loss]) };
      },
    },
  });
  programs.push(program);
  for (let round = 1; round <= 1000; round += 1) {
    const given = Object.fromEntries(names.map((name, i) => [name, values(i, round)]));
    program.write(given);
    program.step(1, 1e-3);
    // The step moved the variables, not the arrays that they were written from.
    if (round % 100 === 0) expect(Object.values(given).every((array) => array.every((value) => value === round))).toBe(true);
  }
});
