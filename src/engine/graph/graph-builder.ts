import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { binding, DataType, type OpAttribute, protobuf as pb } from './binding.ts';

/** The name of a node's output, as other nodes write it: `name` for the first, `name:1` for the second. */
export type Output = string;
// biome-ignore lint/suspicious/noExplicitAny: generated protobuf classes
type AttrValue = any;

/** TensorFlow 2.9's: every libtensorflow in use accepts it. */
const PRODUCER = 1087;

function shapeProto(dimensions: readonly number[]) {
  const shape = new pb.TensorShape();
  shape.setDimList(
    dimensions.map((size) => {
      const dimension = new pb.TensorShape.Dim();
      dimension.setSize(size);
      return dimension;
    }),
  );
  return shape;
}

function attribute(set: (value: AttrValue) => void): AttrValue {
  const value = new pb.AttrValue();
  set(value);
  return value;
}

export const attr = {
  type: (type: number) => attribute((v) => v.setType(type)),
  bool: (flag: boolean) => attribute((v) => v.setB(flag)),
  int: (number: number) => attribute((v) => v.setI(number)),
  float: (number: number) => attribute((v) => v.setF(number)),
  string: (text: string) => attribute((v) => v.setS(Buffer.from(text))),
  shape: (shape: readonly number[]) => attribute((v) => v.setShape(shapeProto(shape))),
  ints: (numbers: number[]) =>
    attribute((v) => {
      const list = new pb.AttrValue.ListValue();
      list.setIList(numbers);
      v.setList(list);
    }),
};

/** What tfjs hands to executeOp, as a node holds it. */
function fromRecorded({ name, type, value }: OpAttribute): AttrValue {
  switch (type) {
    case binding.TF_ATTR_TYPE:
      return attr.type(value as number);
    case binding.TF_ATTR_BOOL:
      return attr.bool(Boolean(value));
    case binding.TF_ATTR_INT:
      return Array.isArray(value) ? attr.ints(value as number[]) : attr.int(value as number);
    case binding.TF_ATTR_FLOAT:
      return attr.float(value as number);
    case binding.TF_ATTR_STRING:
      return attr.string(value as string);
    case binding.TF_ATTR_SHAPE:
      return attr.shape(value as number[]);
    default:
      throw new Error(`attribute ${name} has type ${type}, which graphs do not hold`);
  }
}

/** A float tensor by the name it is fed or fetched by. */
interface Port {
  name: Output;
  shape: readonly number[];
}
export interface Signature {
  inputs: Record<string, Port>;
  outputs: Record<string, Port>;
}

function signatureProto({ inputs, outputs }: Signature) {
  const signature = new pb.SignatureDef();
  for (const [ports, map] of [
    [inputs, signature.getInputsMap()],
    [outputs, signature.getOutputsMap()],
  ]) {
    for (const [key, { name, shape }] of Object.entries(ports as Record<string, Port>)) {
      const info = new pb.TensorInfo();
      info.setName(`${name}:0`);
      info.setDtype(DataType.float);
      info.setTensorShape(shapeProto(shape));
      map.set(key, info);
    }
  }
  signature.setMethodName('tensorflow/serving/predict');
  return signature;
}

/** Collects nodes in order and writes them as a SavedModel, the one form of graph that the binding loads. */
export class GraphBuilder {
  // biome-ignore lint/suspicious/noExplicitAny: generated protobuf classes
  readonly #nodes: any[] = [];

  add(op: string, inputs: readonly Output[], attributes: Record<string, AttrValue> = {}, name = `${op}_${this.#nodes.length}`): Output {
    const node = new pb.NodeDef();
    node.setName(name);
    node.setOp(op);
    node.setInputList([...inputs]);
    for (const [key, value] of Object.entries(attributes)) node.getAttrMap().set(key, value);
    this.#nodes.push(node);
    return name;
  }

  addRecorded(op: string, inputs: readonly Output[], attributes: readonly OpAttribute[]): Output {
    return this.add(op, inputs, Object.fromEntries(attributes.map((one) => [one.name, fromRecorded(one)])));
  }

  placeholder(name: string, shape: readonly number[], dtype: number = DataType.float): Output {
    return this.add('Placeholder', [], { dtype: attr.type(dtype), shape: attr.shape(shape) }, name);
  }

  constant(shape: readonly number[], dtype: number, values: ArrayBufferView | number | readonly number[]): Output {
    const bytes = ArrayBuffer.isView(values) ? values : arrayOf(dtype, typeof values === 'number' ? [values] : values);
    const tensor = new pb.Tensor();
    tensor.setDtype(dtype);
    tensor.setTensorShape(shapeProto(shape));
    tensor.setTensorContent(new Uint8Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer));
    return this.add('Const', [], { dtype: attr.type(dtype), value: attribute((v) => v.setTensor(tensor)) });
  }

  scalar(value: number): Output {
    return this.constant([], DataType.float, Float32Array.of(value));
  }

  /** Names an output for fetching; `after` are nodes that must have run before it can be read. */
  fetch(name: string, output: Output, after: readonly Output[] = [], dtype: number = DataType.float): Output {
    return this.add('Identity', [output, ...after.map((node) => `^${node}`)], { T: attr.type(dtype) }, name);
  }

  /** Writes `folder`/saved_model.pb; signatures are what other programs call it by. */
  save(folder: string, tag: string, signatures: Record<string, Signature> = {}): void {
    const graph = new pb.GraphDef();
    graph.setNodeList(this.#nodes);
    const version = new pb.VersionDef();
    version.setProducer(PRODUCER);
    graph.setVersions(version);
    const info = new pb.MetaGraphDef.MetaInfoDef();
    info.setTagsList([tag]);
    const meta = new pb.MetaGraphDef();
    meta.setMetaInfoDef(info);
    meta.setGraphDef(graph);
    for (const [name, signature] of Object.entries(signatures)) meta.getSignatureDefMap().set(name, signatureProto(signature));
    const model = new pb.SavedModel();
    model.setSavedModelSchemaVersion(1);
    model.setMetaGraphsList([meta]);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'saved_model.pb'), model.serializeBinary());
  }
}

function arrayOf(dtype: number, values: readonly number[]): Float32Array | Int32Array | Uint8Array {
  if (dtype === DataType.float) return Float32Array.from(values);
  return dtype === DataType.int32 ? Int32Array.from(values) : Uint8Array.from(values);
}
