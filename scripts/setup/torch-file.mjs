/**
 * Reads a legacy torch.save file (before PyTorch 1.6): three pickles, the state dict, the storages' keys, then the storages, each behind
 * its count. Of pickle only what a state dict needs is understood, and nothing that a file could run.
 */
const MAGIC = '119547037146038801333356';
const STORAGES = { FloatStorage: 4, LongStorage: 8 };

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
  }
  byte() {
    return this.bytes[this.at++];
  }
  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
  uint32() {
    this.at += 4;
    return this.view.getUint32(this.at - 4, true);
  }
  text(length) {
    return Buffer.from(this.take(length)).toString('utf8');
  }
  line() {
    const end = this.bytes.indexOf(10, this.at);
    const text = this.text(end - this.at);
    this.at = end + 1;
    return text;
  }
}

const MARK = Symbol('mark');

/** A class or function that a pickle names; only these are known. */
function named(module, name) {
  if (module === 'collections' && name === 'OrderedDict') return () => new Map();
  if (module === 'torch._utils' && name === '_rebuild_tensor_v2')
    return (storage, offset, shape, strides) => ({ storage, offset, shape, strides });
  if (module === 'torch' && STORAGES[name]) return name;
  throw new Error(`${module}.${name} is not admitted`);
}

/** One pickle of protocol 2 (Python's pickletools documents the operations). */
function unpickle(reader) {
  const stack = [];
  const memo = new Map();
  const toMark = () => stack.splice(stack.lastIndexOf(MARK)).slice(1);
  const setAll = (target, pairs) => {
    for (let i = 0; i < pairs.length; i += 2) target.set(pairs[i], pairs[i + 1]);
  };
  const operations = {
    128: () => reader.byte(), // PROTO
    138: () => {
      // LONG1: little-endian, two's complement; only what is positive is met.
      const bytes = reader.take(reader.byte());
      stack.push([...bytes].reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n));
    },
    74: () => stack.push(reader.uint32() | 0), // BININT
    75: () => stack.push(reader.byte()), // BININT1
    77: () => stack.push(reader.byte() | (reader.byte() << 8)), // BININT2
    78: () => stack.push(null), // NONE
    136: () => stack.push(true),
    137: () => stack.push(false),
    88: () => stack.push(reader.text(reader.uint32())), // BINUNICODE
    99: () => stack.push(named(reader.line(), reader.line())), // GLOBAL
    113: () => memo.set(reader.byte(), stack.at(-1)), // BINPUT
    114: () => memo.set(reader.uint32(), stack.at(-1)),
    104: () => stack.push(memo.get(reader.byte())), // BINGET
    106: () => stack.push(memo.get(reader.uint32())),
    40: () => stack.push(MARK),
    116: () => stack.push(toMark()), // TUPLE
    41: () => stack.push([]),
    133: () => stack.push(stack.splice(-1)), // TUPLE1..3
    134: () => stack.push(stack.splice(-2)),
    135: () => stack.push(stack.splice(-3)),
    93: () => stack.push([]), // EMPTY_LIST
    97: () => {
      const value = stack.pop();
      stack.at(-1).push(value);
    },
    101: () => {
      const values = toMark();
      stack.at(-1).push(...values);
    },
    125: () => stack.push(new Map()), // EMPTY_DICT
    115: () => {
      const pair = stack.splice(-2);
      setAll(stack.at(-1), pair);
    },
    117: () => {
      const pairs = toMark();
      setAll(stack.at(-1), pairs);
    },
    81: () => stack.push(stack.pop()), // BINPERSID: ('storage', kind, key, location, count, view)
    82: () => {
      const [make, values] = stack.splice(-2);
      stack.push(make(...values));
    },
    98: () => stack.pop(), // BUILD: attributes of the OrderedDict, which nothing here reads
  };
  for (;;) {
    const operation = reader.byte();
    if (operation === 46) return stack.pop();
    if (!operations[operation]) throw new Error(`pickle operation ${operation} is not admitted`);
    operations[operation]();
  }
}

/** Row-major values of a tensor that may lie in its storage in another order: PyTorch keeps a transposed tensor as strides. */
function inOrder(stored, offset, shape, strides) {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  const place = shape.map(() => 0);
  for (let i = 0; i < values.length; i += 1) {
    values[i] = stored[place.reduce((sum, at, axis) => sum + at * strides[axis], offset)];
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      place[axis] += 1;
      if (place[axis] < shape[axis]) break;
      place[axis] = 0;
    }
  }
  return values;
}

/** The floats of a state dict, by name: { shape, values }; integers (batch counters) are left out. @throws Error */
export function readTorchFile(bytes) {
  const reader = new Reader(bytes);
  if (String(unpickle(reader)) !== MAGIC) throw new Error('not a legacy torch file');
  unpickle(reader);
  unpickle(reader);
  const state = unpickle(reader);
  const kinds = new Map([...state.values()].map(({ storage: [, kind, key] }) => [key, kind]));
  const storages = new Map();
  for (const key of unpickle(reader)) {
    const count = Number(reader.view.getBigInt64(reader.at, true));
    reader.at += 8;
    storages.set(key, reader.take(count * STORAGES[kinds.get(key)]));
  }
  const tensors = new Map();
  for (const [name, { storage, offset, shape, strides }] of state) {
    if (storage[1] !== 'FloatStorage') continue;
    const stored = Buffer.from(storages.get(storage[2]));
    tensors.set(name, {
      shape,
      values: inOrder(new Float32Array(stored.buffer, stored.byteOffset, stored.length / 4), offset, shape, strides),
    });
  }
  return tensors;
}
