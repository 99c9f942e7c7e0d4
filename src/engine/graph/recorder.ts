/**
 * Records what tfjs executes. Every op passes one door, `executeOp(name, attributes, input ids, outputs)`, whose arguments are
 * what a NodeDef holds; so running a function once, recorded, yields its graph.
 */
import { type Binding, backend, binding, type OpAttribute } from './binding.ts';

export interface RecordedOp {
  name: string;
  attributes: OpAttribute[];
  inputs: number[];
  outputs: number[];
}
export interface RecordedConstant {
  shape: number[];
  dtype: number;
  values: ArrayBufferView | number | number[];
}
export interface Recording {
  ops: RecordedOp[];
  /** Tensors that were made from values while recording, by native id. */
  constants: Map<number, RecordedConstant>;
  /** Native tensors that tfjs gave up while recording: their ids must stay unique until the graph is written. */
  release(): void;
}

let active: { ops: RecordedOp[]; constants: Map<number, RecordedConstant>; doomed: number[] } | null = null;

/** The binding's properties are read-only, so tfjs gets a copy of it with watched doors. */
function watch(): void {
  const watched: Record<string, unknown> = {};
  for (const key of Object.getOwnPropertyNames(binding)) {
    const value = (binding as unknown as Record<string, unknown>)[key];
    watched[key] = typeof value === 'function' ? value.bind(binding) : value;
  }
  const doors: Pick<Binding, 'executeOp' | 'createTensor' | 'deleteTensor'> = {
    executeOp(name, attributes, inputs, count) {
      const outputs = binding.executeOp(name, attributes, inputs, count);
      active?.ops.push({ name, attributes, inputs: [...inputs], outputs: outputs.map((output) => output.id) });
      return outputs;
    },
    createTensor(shape, dtype, values) {
      const id = binding.createTensor(shape, dtype, values);
      active?.constants.set(id, { shape, dtype, values });
      return id;
    },
    deleteTensor(id) {
      if (active) active.doomed.push(id);
      else binding.deleteTensor(id);
    },
  };
  backend.binding = Object.assign(watched, doors) as unknown as Binding;
}

let watching = false;

/** Runs `work` once and returns what it executed beside its result. Not re-entrant. */
export function record<T>(work: () => T): { result: T; recording: Recording } {
  if (active) throw new Error('a recording is going on');
  if (!watching) watch();
  watching = true;
  const own = { ops: [] as RecordedOp[], constants: new Map<number, RecordedConstant>(), doomed: [] as number[] };
  active = own;
  try {
    const result = work();
    const release = () => {
      for (const id of own.doomed.splice(0)) binding.deleteTensor(id);
    };
    return { result, recording: { ops: own.ops, constants: own.constants, release } };
  } finally {
    active = null;
  }
}
