/**
 * Ops whose gradients TensorFlow has kernels for, where tfjs would compose them of several elementwise ops:
 * each is one node forward and one backward.
 */
import { tf } from '../tensorflow.ts';
import { backend, binding, DataType, type OpAttribute } from './binding.ts';

type Tensor = import('@tensorflow/tfjs-node').Tensor;

const FLOAT: OpAttribute = { name: 'T', type: binding.TF_ATTR_TYPE, value: DataType.float };
const NHWC: OpAttribute = { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' };

const run = (name: string, attributes: OpAttribute[], ...inputs: Tensor[]): Tensor => backend.executeSingleOutput(name, attributes, inputs);

export type Unary = (x: Tensor) => Tensor;
type Save = (tensors: Tensor[]) => void;
type Backward = (dy: Tensor, saved: Tensor[]) => Tensor;

/** A function whose gradient is written out: of what comes back and of what went in, or with `keepOutput` of what came out. */
export function unary(forward: Unary, backward: Backward, keepOutput = false): Unary {
  return (x) =>
    tf.customGrad((input, save) => {
      const y = forward(input as Tensor);
      (save as Save)([keepOutput ? y : (input as Tensor)]);
      return { value: y, gradFunc: (dy: Tensor, saved: Tensor[]) => backward(dy, saved) };
    })(x);
}

/** max(x, 0) */
export const relu: Unary = unary(
  (x) => run('Relu', [FLOAT], x),
  (dy, [y]) => run('ReluGrad', [FLOAT], dy, y as Tensor),
  true,
);

/** 1 / (1 + exp(-x)) */
export const sigmoid: Unary = unary(
  (x) => run('Sigmoid', [FLOAT], x),
  (dy, [y]) => run('SigmoidGrad', [FLOAT], y as Tensor, dy),
  true,
);

/** log(1 + exp(x)) */
export const softplus: Unary = unary(
  (x) => run('Softplus', [FLOAT], x),
  (dy, [x]) => run('SoftplusGrad', [FLOAT], dy, x as Tensor),
);

/** x plus a bias along its last axis. */
export function biasAdd(x: Tensor, bias: Tensor): Tensor {
  return tf.customGrad((input, vector) => ({
    value: run('BiasAdd', [FLOAT, NHWC], input as Tensor, vector as Tensor),
    gradFunc: (dy: Tensor) => [dy, run('BiasAddGrad', [FLOAT, NHWC], dy)],
  }))(x, bias);
}

const transposes = (a: boolean, b: boolean): OpAttribute[] => [
  FLOAT,
  { name: 'transpose_a', type: binding.TF_ATTR_BOOL, value: a },
  { name: 'transpose_b', type: binding.TF_ATTR_BOOL, value: b },
];

/** a b for two matrices: one MatMul, which TensorFlow joins with the bias and the relu after it; tfjs writes batched products. */
export function matMul(a: Tensor, b: Tensor): Tensor {
  return tf.customGrad((left, right, save) => {
    (save as Save)([left as Tensor, right as Tensor]);
    return {
      value: run('MatMul', transposes(false, false), left as Tensor, right as Tensor),
      gradFunc: (dy: Tensor, [x, w]: Tensor[]) => [
        run('MatMul', transposes(false, true), dy, w as Tensor),
        run('MatMul', transposes(true, false), x as Tensor, dy),
      ],
    };
  })(a, b);
}

/** a b' for two matrices: rows of `a` projected on the rows of `b`. */
export function matMulTransposed(a: Tensor, b: Tensor): Tensor {
  return tf.customGrad((left, right, save) => {
    (save as Save)([left as Tensor, right as Tensor]);
    return {
      value: run('MatMul', transposes(false, true), left as Tensor, right as Tensor),
      gradFunc: (dy: Tensor, [x, w]: Tensor[]) => [
        run('MatMul', transposes(false, false), dy, w as Tensor),
        run('MatMul', transposes(true, false), dy, x as Tensor),
      ],
    };
  })(a, b);
}
