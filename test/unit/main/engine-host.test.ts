import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import type { EngineState } from '../../../src/contract/calls.ts';
import { EngineHost } from '../../../src/main/engine-host.ts';

const entry = fileURLToPath(new URL('./small-engine.ts', import.meta.url));
const hosts: EngineHost[] = [];
afterEach(() => {
  for (const host of hosts.splice(0)) host.stop();
});

function host(location = { node: process.execPath, entry, sample: '' }) {
  const states: EngineState[] = [];
  const one = new EngineHost({ location, looked: [], onState: (state) => states.push(state), onMessage: () => undefined });
  hosts.push(one);
  return { engine: one, states };
}
const place = { studyId: 'study-00', folder: '/nowhere' };

test('a call made before the engine is up waits for it, and bytes come back as they went', async () => {
  const { engine } = host();
  const pending = engine.call('decode', { ...place, z: Float32Array.of(1, 2, 3) });
  engine.start();
  expect(await pending).toEqual(Float32Array.of(1, 2, 3));
});

test("the engine's refusal keeps its code and its parameters", async () => {
  const { engine } = host();
  engine.start();
  await expect(engine.call('manifest', place)).rejects.toMatchObject({ code: 'no-such-study', params: { path: '/x' } });
});

test('an answer that fits no frame fails its call with what to do, and the next one is answered', async () => {
  const { engine } = host();
  engine.start();
  await expect(engine.call('columns', { ...place, names: ['brightness'] })).rejects.toMatchObject({ code: 'too-much-at-once' });
  const z = new Float32Array(2 ** 26 + 1);
  await expect(engine.call('decode', { ...place, z })).rejects.toMatchObject({ code: 'too-much-at-once' });
  expect(await engine.call('decode', { ...place, z: Float32Array.of(1) })).toEqual(Float32Array.of(1));
}, 60_000);

test('an engine that is killed is reported, what was asked of it fails as engine-lost, and another one answers', async () => {
  const { engine, states } = host();
  engine.start();
  const first = (await engine.call('pause', { runId: 'r' })) as unknown as number;
  const unanswered = engine.call('skipped', place);
  const killing = engine.call('cancel', { runId: 'r' });
  await expect(unanswered).rejects.toMatchObject({ code: 'engine-lost' });
  await expect(killing).rejects.toMatchObject({ code: 'engine-lost' });
  await vi.waitFor(() => expect(states).toContain('lost'));
  const second = (await engine.call('pause', { runId: 'r' })) as unknown as number;
  expect(second).not.toBe(first);
  expect(states).toEqual(['ready', 'lost', 'starting', 'ready']);
});

test('an engine whose files changed is replaced by another', async () => {
  const { engine } = host();
  engine.start();
  const first = await engine.call('pause', { runId: 'r' });
  engine.restart();
  await vi.waitFor(() => expect(engine.state.state).toBe('lost'), { timeout: 20_000 });
  expect(await engine.call('pause', { runId: 'r' })).not.toBe(first);
});

test('a restart waits for no rest, however often the engine was lost before', async () => {
  const { engine, states } = host({ node: '/no/such/node', entry, sample: '' });
  engine.start();
  // Of itself it would be started for the tenth time after three minutes.
  for (let lost = 1; lost <= 10; lost += 1) {
    await vi.waitFor(() => expect(states.filter((state) => state === 'lost').length).toBeGreaterThanOrEqual(lost), { timeout: 20_000 });
    engine.restart();
  }
});

test('the engine ends with its host', async () => {
  const { engine } = host();
  engine.start();
  const pid = (await engine.call('pause', { runId: 'r' })) as unknown as number;
  engine.stop();
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow());
  await expect(engine.call('pause', { runId: 'r' })).rejects.toMatchObject({ code: 'engine-lost' });
});

test('an engine that cannot be started is said to be lost with the reason; one that is not there is missing', async () => {
  const broken = host({ node: '/no/such/node', entry, sample: '' });
  broken.engine.start();
  await expect(broken.engine.call('pause', { runId: 'r' })).rejects.toMatchObject({ code: 'engine-lost' });
  expect(broken.engine.state.detail).toContain('/no/such/node');
  const missing = new EngineHost({ location: null, looked: ['/a', '/b'], onState: () => undefined, onMessage: () => undefined });
  missing.start();
  expect(missing.state).toEqual({ state: 'missing', detail: 'looked for /a, /b' });
  await expect(missing.call('pause', { runId: 'r' })).rejects.toMatchObject({ code: 'engine-missing' });
});
