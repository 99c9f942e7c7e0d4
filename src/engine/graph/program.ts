/** A graph of several functions over shared variables, compiled once and run natively. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { tf } from '../tensorflow.ts';
import { binding, DataType } from './binding.ts';
import { attr, GraphBuilder, type Output } from './graph-builder.ts';
import { type InputSpec, type Inputs, type Tensors, Tracer } from './tracer.ts';

type Tensor = import('@tensorflow/tfjs-node').Tensor;
const TAG = 'program';

/** A variable's shape and initial values, row-major. */
export interface Weight {
  shape: number[];
  values: Float32Array;
}
export type Weights = Record<string, Weight>;

/** A function of the fed inputs and the variables, written with tfjs ops on floats; its outputs are fetched together. */
export interface FunctionSpec {
  inputs: Inputs;
  build(inputs: Tensors, weights: Tensors): Tensors;
}

/** A step of Adam (Kingma and Ba 2015) on a scalar loss. */
export interface StepSpec {
  inputs: Inputs;
  /** `metrics` is a vector that comes back from every step. */
  build(inputs: Tensors, weights: Tensors): { loss: Tensor; metrics: Tensor };
  /** Gradients are scaled so that their global norm is at most this; 0: as they are. */
  clipNorm: number;
  /** Variables that the step leaves as they are; they have no moments. */
  frozen?: readonly string[];
}

export type Feed = Float32Array | Uint8Array | Int32Array;
const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;
const SLOTS = ['', '_m', '_v'] as const;

export interface ProgramSpec {
  weights: Weights;
  functions: Record<string, FunctionSpec>;
  step?: StepSpec;
}

interface Port {
  name: string;
  shape: number[];
  dtype: number;
}

const portOf = (name: string, spec: InputSpec): Port => ({
  name,
  shape: spec.kind === 'normal' ? [2] : spec.shape,
  dtype: spec.kind === 'bytes' ? DataType.uint8 : spec.kind === 'normal' ? DataType.int32 : DataType.float,
});
const portsOf = (prefix: string, inputs: Inputs): Port[] => Object.entries(inputs).map(([name, spec]) => portOf(`${prefix}/${name}`, spec));

export class Program {
  readonly #session: number;
  readonly #shapes: Record<string, number[]>;
  readonly #inputs = new Map<string, Port[]>();
  readonly #outputs = new Map<string, string[]>();
  /** Names of the variables that the step changes; none where there is no step. */
  readonly #trained: ReadonlySet<string>;
  #disposed = false;
  #changes = 0;

  /** Traces every function once, with zeros, and loads the graph; the variables hold the given values. */
  constructor(spec: ProgramSpec) {
    this.#shapes = Object.fromEntries(Object.entries(spec.weights).map(([name, { shape }]) => [name, shape]));
    const frozen = new Set(spec.step?.frozen);
    this.#trained = new Set(spec.step ? Object.keys(spec.weights).filter((name) => !frozen.has(name)) : []);
    const graph = new GraphBuilder();
    const tracer = new Tracer(graph);
    const variables = Object.fromEntries(
      Object.entries(spec.weights).map(([name, { shape, values }]) => [name, tf.tidy(() => tf.variable(tf.tensor(values, shape)))]),
    );
    try {
      this.#declareVariables(graph, tracer, variables);
      for (const [name, one] of Object.entries(spec.functions)) {
        this.#inputs.set(name, portsOf(name, one.inputs));
        const inputs = tracer.inputs(name, one.inputs);
        const results = tracer.trace(() => tf.tidy(() => one.build(inputs, variables)));
        const fetches = Object.entries(results).map(([output, tensor]) => graph.fetch(`${name}/${output}_out`, tracer.output(tensor)));
        this.#outputs.set(name, fetches);
        tf.dispose(Object.values(results));
      }
      if (spec.step) this.#declareStep(graph, tracer, spec.step, variables);
      this.#session = load(graph);
    } finally {
      tracer.release();
      tf.dispose(Object.values(variables));
    }
    this.write(Object.fromEntries(Object.entries(spec.weights).map(([name, { values }]) => [name, values])));
  }

  #slots(name: string): readonly (typeof SLOTS)[number][] {
    return this.#trained.has(name) ? SLOTS : [''];
  }

  #declareVariables(graph: GraphBuilder, tracer: Tracer, variables: Record<string, Tensor>): void {
    const ports: Port[] = [];
    const assigned: Output[] = [];
    const reads: string[] = [];
    for (const [name, variable] of Object.entries(variables)) {
      for (const slot of this.#slots(name)) {
        const held = `weights/${name}${slot}`;
        graph.add(
          'VarHandleOp',
          [],
          { dtype: attr.type(DataType.float), shape: attr.shape(variable.shape), shared_name: attr.string(held) },
          held,
        );
        const port: Port = { name: `set/${name}${slot}`, shape: variable.shape, dtype: DataType.float };
        ports.push(port);
        // The variable holds a copy: the fed buffer may be JavaScript's own, which may be let go on JavaScript's thread only,
        // and the first step would let go of it on one of TensorFlow's.
        const value = graph.add('DeepCopy', [graph.placeholder(port.name, port.shape)], { T: attr.type(DataType.float) });
        assigned.push(graph.add('AssignVariableOp', [held, value], { dtype: attr.type(DataType.float) }));
        const read = graph.add('ReadVariableOp', [held], { dtype: attr.type(DataType.float) });
        if (slot === '') tracer.bind(variable, read);
        reads.push(graph.fetch(`get/${name}${slot}`, graph.add('ReadVariableOp', [held], { dtype: attr.type(DataType.float) })));
      }
    }
    this.#inputs.set('set', ports);
    this.#outputs.set('set', [graph.fetch('set_done', graph.scalar(0), assigned)]);
    this.#outputs.set('get', reads);
    this.#inputs.set('get', []);
  }

  #declareStep(graph: GraphBuilder, tracer: Tracer, step: StepSpec, variables: Record<string, Tensor>): void {
    const inputs = tracer.inputs('step', step.inputs);
    const names = [...this.#trained];
    const list = names.map((name) => variables[name]) as import('@tensorflow/tfjs-node').Variable[];
    let metrics: Tensor | null = null;
    const { value, grads } = tracer.trace(() =>
      tf.variableGrads(() => {
        const built = step.build(inputs, variables);
        metrics = tf.keep(built.metrics);
        return built.loss as import('@tensorflow/tfjs-node').Scalar;
      }, list),
    );
    const float = { T: attr.type(DataType.float) };
    const gradients = list.map((variable) => tracer.output(grads[variable.name] as Tensor));
    const clipped = step.clipNorm === 0 ? gradients : clip(graph, gradients, step.clipNorm);
    for (const name of ['learning_rate', 'beta1_power', 'beta2_power']) graph.placeholder(name, []);
    const [beta1, beta2, epsilon] = [graph.scalar(BETA1), graph.scalar(BETA2), graph.scalar(EPSILON)];
    const updates = names.map((name, i) =>
      graph.add(
        'ResourceApplyAdam',
        [
          `weights/${name}`,
          `weights/${name}_m`,
          `weights/${name}_v`,
          'beta1_power',
          'beta2_power',
          'learning_rate',
          beta1,
          beta2,
          epsilon,
        ].concat(clipped[i] as Output),
        { ...float, use_locking: attr.bool(false) },
      ),
    );
    const packed = metrics as unknown as Tensor;
    const loss = graph.add('Pack', [tracer.output(value)], { ...float, N: attr.int(1), axis: attr.int(0) });
    const axis = graph.constant([], DataType.int32, Int32Array.of(0));
    const all = graph.add('ConcatV2', [loss, tracer.output(packed), axis], {
      ...float,
      N: attr.int(2),
      Tidx: attr.type(DataType.int32),
    });
    this.#outputs.set('step', [graph.fetch('step_out', all, updates)]);
    this.#outputs.set(
      'gradients',
      gradients.map((gradient, i) => graph.fetch(`gradients/${names[i]}`, gradient)).concat(graph.fetch('gradients/loss_out', all)),
    );
    const ports = portsOf('step', step.inputs);
    this.#inputs.set('gradients', ports);
    this.#inputs.set('step', [
      ...ports,
      ...['learning_rate', 'beta1_power', 'beta2_power'].map((name) => ({ name, shape: [], dtype: DataType.float })),
    ]);
    tf.dispose([packed, value, ...Object.values(grads)]);
  }

  #run(name: string, feeds: Feed[]): Float32Array[] {
    if (this.#disposed) throw new Error(`${name} was asked of a program that is gone`);
    const ports = this.#inputs.get(name);
    const outputs = this.#outputs.get(name);
    if (!ports || !outputs) throw new Error(`the program has no function ${name}`);
    const ids: number[] = [];
    try {
      ports.forEach((port, i) => {
        ids.push(binding.createTensor(port.shape, port.dtype, feeds[i] as Feed));
      });
      const results = binding.runSavedModel(this.#session, ids, ports.map((port) => port.name).join(','), outputs.join(','));
      // Every result is copied out before it is let go.
      return results.map(({ id }) => {
        const values = (binding.tensorDataSync(id) as Float32Array).slice();
        binding.deleteTensor(id);
        return values;
      });
    } finally {
      for (const id of ids) binding.deleteTensor(id);
    }
  }

  /** Grows whenever a variable may have changed. */
  get changes(): number {
    return this.#changes;
  }

  /** Calls a function; feeds in the order of its inputs, results in the order of its outputs. A `normal` input takes two integers. */
  call(name: string, ...feeds: Feed[]): Float32Array[] {
    return this.#run(name, feeds);
  }

  /** One Adam step, counted from 1. Returns [loss, ...metrics]. */
  step(count: number, learningRate: number, ...feeds: Feed[]): Float32Array {
    this.#changes += 1;
    const rates = [Float32Array.of(learningRate), Float32Array.of(BETA1 ** count), Float32Array.of(BETA2 ** count)];
    return this.#run('step', [...feeds, ...rates])[0] as Float32Array;
  }

  /** Gradients of the loss by trained variable, unclipped, without changing anything; for tests and for looking. */
  gradients(...feeds: Feed[]): Record<string, Float32Array> {
    const results = this.#run('gradients', feeds);
    return Object.fromEntries([...this.#trained, 'loss'].map((name, i) => [name, results[i] as Float32Array]));
  }

  /** Every variable, and where the program trains Adam's moments as `name_m` and `name_v`. */
  read(): Record<string, Weight> {
    const results = this.#run('get', []);
    const names = Object.keys(this.#shapes).flatMap((name) => this.#slots(name).map((slot) => [name, slot] as const));
    return Object.fromEntries(
      names.map(([name, slot], i) => [`${name}${slot}`, { shape: this.#shapes[name] as number[], values: results[i] as Float32Array }]),
    );
  }

  /** Sets the variables; moments that are not given become zero. */
  write(values: Record<string, Float32Array>): void {
    const feeds = Object.entries(this.#shapes).flatMap(([name, shape]) =>
      this.#slots(name).map((slot) => {
        const length = shape.reduce((product, size) => product * size, 1);
        const given = values[`${name}${slot}`];
        if (given && given.length !== length) throw new Error(`${name}${slot} holds ${given.length} values, not ${length}`);
        if (!given && slot === '') throw new Error(`${name} is missing`);
        return given ?? new Float32Array(length);
      }),
    );
    this.#changes += 1;
    this.#run('set', feeds);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    binding.deleteSavedModel(this.#session);
  }
}

/** tf.clip_by_global_norm (Pascanu et al. 2013). */
function clip(graph: GraphBuilder, gradients: readonly Output[], most: number): Output[] {
  const float = { T: attr.type(DataType.float) };
  const squares = gradients.map((gradient) => graph.add('L2Loss', [gradient], float));
  const sum = graph.add('AddN', squares, { ...float, N: attr.int(squares.length) });
  const norm = graph.add('Sqrt', [graph.add('Mul', [sum, graph.scalar(2)], float)], float);
  const limit = graph.scalar(most);
  const scale = graph.add('RealDiv', [limit, graph.add('Maximum', [norm, limit], float)], float);
  return gradients.map((gradient) => graph.add('Mul', [gradient, scale], float));
}

function load(graph: GraphBuilder): number {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sonde-graph-'));
  try {
    graph.save(folder, TAG);
    return binding.loadSavedModel(folder, TAG);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
