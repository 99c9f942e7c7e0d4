import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { createBirpc } from 'birpc';
import { expect, test } from 'vitest';
import { channelOver } from '../../../src/wire/channel.ts';
import { linkOver } from '../../../src/wire/engine-link.ts';

async function pipe(): Promise<[Socket, Socket]> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const one = createConnection((server.address() as AddressInfo).port, '127.0.0.1');
  const two = await accepted;
  server.close();
  return [one, two];
}

test('calls go both ways over a pipe, with megabytes in them', async () => {
  const [a, b] = await pipe();
  const one = channelOver(a, () => undefined);
  const two = channelOver(b, () => undefined);
  createBirpc({ double: (z: Float32Array) => z.map((v) => 2 * v) }, { post: two.post, on: two.on, timeout: -1 });
  const remote = createBirpc<{ double(z: Float32Array): Float32Array }>({}, { post: one.post, on: one.on, timeout: -1 });
  const answer = await remote.double(new Float32Array(1_000_000).fill(1.25));
  expect(answer.length).toBe(1_000_000);
  expect(answer.every((v) => v === 2.5)).toBe(true);
});

test('what fits no frame fails its call, on the way there and on the way back, and the pipe goes on', async () => {
  const [a, b] = await pipe();
  const broken: Error[] = [];
  linkOver(
    channelOver(b, (cause) => broken.push(cause), 1000),
    { zeros: (n: number) => new Uint8Array(n), length: (bytes: Uint8Array) => bytes.length },
  );
  const remote = linkOver<{ zeros(n: number): Uint8Array; length(bytes: Uint8Array): number }, object>(
    channelOver(a, (cause) => broken.push(cause), 1000),
    {},
  );
  await expect(remote.zeros(2000)).rejects.toThrow(/over the cap of 1000/);
  await expect(remote.zeros(2000)).rejects.toBeInstanceOf(RangeError);
  await expect(remote.length(new Uint8Array(2000))).rejects.toThrow(/over the cap of 1000/);
  expect(await remote.zeros(500)).toHaveLength(500);
  expect(await remote.length(new Uint8Array(500))).toBe(500);
  expect(broken).toEqual([]);
});

test('an end, or bytes that are no frame, break it off once', async () => {
  const [a, b] = await pipe();
  const causes: string[] = [];
  const channel = channelOver(a, (cause) => causes.push(cause.message));
  b.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3]));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(causes).toHaveLength(1);
  expect(causes[0]).toMatch(/over the cap/);
  expect(() => channel.post('x')).toThrow(/closed/);
});
