import { tf } from '../tensorflow.ts';
import { DataType, nativeId } from './binding.ts';
import { attr, type GraphBuilder, type Output } from './graph-builder.ts';
import { record } from './recorder.ts';

type Tensor = import('@tensorflow/tfjs-node').Tensor;

/** What a traced function is fed with. */
export type InputSpec =
  /** Floats as they are. */
  | { kind: 'float'; shape: number[] }
  /** Bytes, cast to floats 0..255 inside the graph. */
  | { kind: 'bytes'; shape: number[] }
  /** Standard normal draws, made inside the graph from a fed pair of 32-bit integers: the same pair, the same draws. */
  | { kind: 'normal'; shape: number[] };

export type Inputs = Record<string, InputSpec>;
export type Tensors<K extends string = string> = Record<K, Tensor>;

/** Writes recorded tfjs functions into one graph that shares its variables. */
export class Tracer {
  readonly graph: GraphBuilder;
  readonly #outputs = new Map<number, Output>();
  readonly #releases: (() => void)[] = [];
  readonly #standIns: Tensor[] = [];

  constructor(graph: GraphBuilder) {
    this.graph = graph;
  }

  /** From now on the tensor stands for the node's output. */
  bind(tensor: Tensor, output: Output): void {
    this.#outputs.set(nativeId(tensor), output);
  }

  /** Declares the inputs as placeholders named `prefix/name` and answers with tensors that stand for them. */
  inputs(prefix: string, specs: Inputs): Tensors {
    const tensors: Tensors = {};
    for (const [name, spec] of Object.entries(specs)) {
      const standIn = tf.tidy(() => tf.keep(tf.add(tf.zeros(spec.shape), 0)));
      this.#standIns.push(standIn);
      this.bind(standIn, this.#declare(`${prefix}/${name}`, spec));
      tensors[name] = standIn;
    }
    return tensors;
  }

  #declare(name: string, spec: InputSpec): Output {
    if (spec.kind === 'float') return this.graph.placeholder(name, spec.shape);
    if (spec.kind === 'bytes') {
      const bytes = this.graph.placeholder(name, spec.shape, DataType.uint8);
      return this.graph.add('Cast', [bytes], { SrcT: attr.type(DataType.uint8), DstT: attr.type(DataType.float) });
    }
    const seed = this.graph.placeholder(name, [2], DataType.int32);
    const shape = this.graph.constant([spec.shape.length], DataType.int32, Int32Array.from(spec.shape));
    return this.graph.add('StatelessRandomNormal', [shape, seed], {
      dtype: attr.type(DataType.float),
      T: attr.type(DataType.int32),
      Tseed: attr.type(DataType.int32),
    });
  }

  /** Runs the function once and adds what it executed. */
  trace<T>(work: () => T): T {
    const { result, recording } = record(work);
    this.#releases.push(recording.release);
    for (const op of recording.ops) {
      const inputs = op.inputs.map((id) => {
        const known = this.#outputs.get(id);
        if (known !== undefined) return known;
        const made = recording.constants.get(id);
        if (!made) throw new Error(`${op.name} reads a tensor that was made outside the traced function`);
        const constant = this.graph.constant(made.shape, made.dtype, made.values);
        this.#outputs.set(id, constant);
        return constant;
      });
      const node = this.graph.addRecorded(op.name, inputs, op.attributes);
      op.outputs.forEach((id, i) => {
        this.#outputs.set(id, i === 0 ? node : `${node}:${i}`);
      });
    }
    return result;
  }

  /** The node's output behind a tensor that a traced function returned. */
  output(tensor: Tensor): Output {
    const output = this.#outputs.get(nativeId(tensor));
    if (output === undefined) throw new Error('the tensor was not computed by a traced function');
    return output;
  }

  /** Frees what was held while the graph was written. */
  release(): void {
    for (const release of this.#releases.splice(0)) release();
    tf.dispose(this.#standIns.splice(0));
  }
}
