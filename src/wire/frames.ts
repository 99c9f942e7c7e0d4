/** Frames on a byte stream: a length of four bytes, little-endian, then so many bytes. */

/** Room for a column of a million images many times over; a length beyond it is damage, not data. */
export const MAXIMUM_FRAME_BYTES = 256 * 1024 * 1024;
const HEADER_BYTES = 4;

/** @throws RangeError where the payload is over the cap. */
export function frameOf(payload: Uint8Array, maximum = MAXIMUM_FRAME_BYTES): Buffer {
  if (payload.byteLength > maximum) throw new RangeError(`a frame of ${payload.byteLength} bytes is over the cap of ${maximum}`);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.byteLength);
  frame.writeUInt32LE(payload.byteLength, 0);
  frame.set(payload, HEADER_BYTES);
  return frame;
}

/** Cuts a stream's chunks, however they fall, back into payloads. Each chunk is copied at most once. */
export class FrameReader {
  readonly #maximum: number;
  readonly #onPayload: (payload: Buffer) => void;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerFilled = 0;
  #payload: Buffer | null = null;
  #payloadFilled = 0;

  constructor(onPayload: (payload: Buffer) => void, maximum = MAXIMUM_FRAME_BYTES) {
    this.#onPayload = onPayload;
    this.#maximum = maximum;
  }

  /** @throws RangeError where a frame says to be over the cap; the stream cannot be read further. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.byteLength) {
      if (this.#payload === null) {
        const take = Math.min(HEADER_BYTES - this.#headerFilled, chunk.byteLength - at);
        this.#header.set(chunk.subarray(at, at + take), this.#headerFilled);
        this.#headerFilled += take;
        at += take;
        if (this.#headerFilled < HEADER_BYTES) return;
        const length = this.#header.readUInt32LE(0);
        if (length > this.#maximum) throw new RangeError(`a frame of ${length} bytes is over the cap of ${this.#maximum}`);
        // Not from the pool: the payload's typed arrays may live on in it.
        this.#payload = Buffer.allocUnsafeSlow(length);
        this.#payloadFilled = 0;
      }
      const take = Math.min(this.#payload.byteLength - this.#payloadFilled, chunk.byteLength - at);
      this.#payload.set(chunk.subarray(at, at + take), this.#payloadFilled);
      this.#payloadFilled += take;
      at += take;
      if (this.#payloadFilled === this.#payload.byteLength) this.#deliver(this.#payload);
    }
  }

  #deliver(payload: Buffer): void {
    this.#payload = null;
    this.#headerFilled = 0;
    this.#onPayload(payload);
  }
}
