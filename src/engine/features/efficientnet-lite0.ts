/**
 * EfficientNet-Lite0 (Tan and Le, ICML 2019; the lite variant has no squeeze-and-excitation and ReLU6 only) up to its pooled features,
 * frozen: batch normalisation is folded into the convolutions, and the whole is one graph.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { binding, DataType } from '../graph/binding.ts';
import { attr, GraphBuilder, type Output } from '../graph/graph-builder.ts';
import type { Weight } from '../graph/program.ts';

/** Edge of the images that are fed. */
export const ENCODER_SIZE = 128;
export const ENCODER_FEATURES = 1280;
const IMAGES_A_RUN = 16;
const TAG = 'encoder';
/** Of the batch normalisations it was trained with. */
const EPSILON = 1e-3;
/** Stride of each block's depthwise convolution; every other dimension is told by the weights' shapes. */
const STRIDES = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1];

const float = () => attr.type(DataType.float);

class NetBuilder {
  readonly #graph: GraphBuilder;
  readonly #weights: Record<string, Weight>;

  constructor(graph: GraphBuilder, weights: Record<string, Weight>) {
    this.#graph = graph;
    this.#weights = weights;
  }

  has(name: string): boolean {
    return this.#weights[name] !== undefined;
  }

  weight(name: string): Weight {
    const weight = this.#weights[name];
    if (!weight) throw new Error(`the encoder's weights lack ${name}`);
    return weight;
  }

  /** A convolution and the batch normalisation behind it as one: the kernel scaled, the shift as its bias. */
  convolution(x: Output, name: string, norm: string, stride: number, { depthwise = false, clipped = true } = {}): Output {
    const { shape, values } = this.weight(`${name}.weight`);
    const [out, inner, height, width] = shape as [number, number, number, number];
    const [gamma, beta, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
      (part) => this.weight(`${norm}.${part}`).values,
    ) as [Float32Array, Float32Array, Float32Array, Float32Array];
    const scale = gamma.map((value, i) => value / Math.sqrt((variance[i] as number) + EPSILON));
    // From out x in x height x width to height x width x in x out.
    const kernel = new Float32Array(values.length);
    const area = height * width;
    for (let o = 0; o < out; o += 1)
      for (let i = 0; i < inner; i += 1)
        for (let at = 0; at < area; at += 1)
          kernel[(at * inner + i) * out + o] = (values[(o * inner + i) * area + at] as number) * (scale[o] as number);
    const bias = beta.map((value, i) => value - (mean[i] as number) * (scale[i] as number));
    const kernelShape = depthwise ? [height, width, out, 1] : [height, width, inner, out];
    const attributes = {
      T: float(),
      strides: attr.ints([1, stride, stride, 1]),
      padding: attr.string('SAME'),
      data_format: attr.string('NHWC'),
    };
    const op = depthwise ? 'DepthwiseConv2dNative' : 'Conv2D';
    const convolved = this.#graph.add(op, [x, this.#graph.constant(kernelShape, DataType.float, kernel)], attributes);
    const shifted = this.#graph.add('BiasAdd', [convolved, this.#graph.constant([out], DataType.float, bias)], { T: float() });
    return clipped ? this.#graph.add('Relu6', [shifted], { T: float() }) : shifted;
  }

  /** An inverted residual (Sandler et al., CVPR 2018): expand, depthwise, project, and the input again where the shapes allow. */
  block(x: Output, number: number, stride: number): Output {
    const name = `_blocks.${number}`;
    const expands = this.has(`${name}._expand_conv.weight`);
    const wide = expands ? this.convolution(x, `${name}._expand_conv`, `${name}._bn0`, 1) : x;
    const filtered = this.convolution(wide, `${name}._depthwise_conv`, `${name}._bn1`, stride, { depthwise: true });
    const projected = this.convolution(filtered, `${name}._project_conv`, `${name}._bn2`, 1, { clipped: false });
    const [out] = this.weight(`${name}._project_conv.weight`).shape;
    const into = expands ? this.weight(`${name}._expand_conv.weight`).shape[1] : this.weight(`${name}._depthwise_conv.weight`).shape[0];
    return stride === 1 && into === out ? this.#graph.add('AddV2', [projected, x], { T: float() }) : projected;
  }
}

/** Writes the net into a graph: uint8 images in, pooled features out. */
function build(weights: Record<string, Weight>): GraphBuilder {
  const graph = new GraphBuilder();
  const net = new NetBuilder(graph, weights);
  const bytes = graph.placeholder('images', [IMAGES_A_RUN, ENCODER_SIZE, ENCODER_SIZE, 3], DataType.uint8);
  const cast = graph.add('Cast', [bytes], { SrcT: attr.type(DataType.uint8), DstT: float() });
  const centred = graph.add('Sub', [cast, graph.scalar(127)], { T: float() });
  let x = graph.add('Mul', [centred, graph.scalar(1 / 128)], { T: float() });
  x = net.convolution(x, '_conv_stem', '_bn0', 2);
  for (const [number, stride] of STRIDES.entries()) x = net.block(x, number, stride);
  x = net.convolution(x, '_conv_head', '_bn1', 1);
  const places = graph.constant([2], DataType.int32, Int32Array.of(1, 2));
  const pooled = graph.add('Mean', [x, places], { T: float(), Tidx: attr.type(DataType.int32), keep_dims: attr.bool(false) });
  graph.fetch('features', pooled);
  return graph;
}

export class EfficientNetLite0 {
  readonly #session: number;
  #disposed = false;

  /** @param weights as PyTorch names them, out x in x height x width. @throws Error where one is missing */
  constructor(weights: Record<string, Weight>) {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'sonde-encoder-'));
    try {
      build(weights).save(folder, TAG);
      this.#session = binding.loadSavedModel(folder, TAG);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Pooled features of up to 16 images, 128 x 128 x 3 bytes each, sRGB: images x 1,280, as the net gives them. */
  #run(images: Uint8Array, count: number): Float32Array {
    const length = ENCODER_SIZE * ENCODER_SIZE * 3;
    const block = new Uint8Array(IMAGES_A_RUN * length);
    block.set(images.subarray(0, count * length));
    const id = binding.createTensor([IMAGES_A_RUN, ENCODER_SIZE, ENCODER_SIZE, 3], DataType.uint8, block);
    try {
      const [result] = binding.runSavedModel(this.#session, [id], 'images', 'features');
      if (!result) throw new Error('the encoder gave no features');
      const features = (binding.tensorDataSync(result.id) as Float32Array).slice(0, count * ENCODER_FEATURES);
      binding.deleteTensor(result.id);
      return features;
    } finally {
      binding.deleteTensor(id);
    }
  }

  /**
   * Features of each image divided by their length, so that products are cosines: images x 1,280. `pause` is called between runs.
   * @param images count x 128 x 128 x 3 bytes, sRGB
   */
  async features(images: Uint8Array, pause: () => Promise<void> = async () => {}): Promise<Float32Array> {
    if (this.#disposed) throw new Error('the encoder is gone');
    const length = ENCODER_SIZE * ENCODER_SIZE * 3;
    const count = images.length / length;
    const all = new Float32Array(count * ENCODER_FEATURES);
    for (let from = 0; from < count; from += IMAGES_A_RUN) {
      const some = Math.min(IMAGES_A_RUN, count - from);
      all.set(this.#run(images.subarray(from * length), some), from * ENCODER_FEATURES);
      await pause();
    }
    for (let i = 0; i < count; i += 1) {
      const one = all.subarray(i * ENCODER_FEATURES, (i + 1) * ENCODER_FEATURES);
      let square = 0;
      for (const value of one) square += value * value;
      const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
      for (let j = 0; j < ENCODER_FEATURES; j += 1) one[j] = (one[j] as number) * scale;
    }
    return all;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    binding.deleteSavedModel(this.#session);
  }
}
