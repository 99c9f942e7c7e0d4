import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EngineMessage } from '../../../src/contract/events.ts';
import { SondeError } from '../../../src/errors/sonde-error.ts';
import { answerCall, type Rooms } from '../../../src/main/answer-call.ts';
import { Grants } from '../../../src/main/grants.ts';
import { Runs } from '../../../src/main/runs.ts';
import { SettingsStore } from '../../../src/main/settings.ts';
import { Studies } from '../../../src/main/studies.ts';

let folder: string;
let rooms: Rooms;
let asked: { name: string; request: Record<string, unknown> }[];
let chosen: string | null;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sonde-calls-'));
  asked = [];
  chosen = null;
  rooms = {
    // The engine's own end is tested with real processes; here it is what would have been asked that counts.
    engine: {
      state: { state: 'ready', detail: '' },
      call: async (name: string, request: Record<string, unknown>) => {
        asked.push({ name, request });
        return name === 'startAnalysis' ? { runId: 'run-1', studyId: request.studyId } : null;
      },
    } as unknown as Rooms['engine'],
    runs: new Runs(() => undefined),
    grants: new Grants(),
    studies: await Studies.open(folder),
    settings: await SettingsStore.open(folder, 'ko-KR'),
    desktop: {
      chooseSource: async () => chosen,
      chooseStudy: async () => chosen,
      chooseTarget: async () => chosen,
      reveal: async () => undefined,
      settingsChanged: () => undefined,
      printPage: async (writePage) => writePage('/tmp/page.html'),
    },
    launch: { source: 'sample' },
  };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const refused = { ok: false, error: { code: 'bad-request' } };

test.each([
  ['no call', 'nothing', {}],
  ['a name from the prototype', 'constructor', {}],
  ['no name', 7, {}],
  ['missing parameters', 'manifest', undefined],
  ['a study id that is a path', 'manifest', { studyId: '../../etc/passwd' }],
  ['a path in place of a grant', 'startAnalysis', { source: '/etc', options: {} }],
  ['a grant nobody gave', 'startAnalysis', { source: `g-${'0'.repeat(32)}`, options: {} }],
  ['options out of range', 'startAnalysis', { source: 'sample', options: { latent: 1e9 } }],
  ['an array in place of floats', 'decode', { studyId: 'study-00', z: [1, 2] }],
  ['more floats than the contract carries', 'decode', { studyId: 'study-00', z: new Float32Array(4096 * 128 + 1) }],
])('%s is a bad request, and the engine never hears of it', async (_what, name, params) => {
  expect(await answerCall(rooms, name, params)).toMatchObject(refused);
  expect(asked).toEqual([]);
});

test('a grant becomes the path that was chosen, for its purpose only', async () => {
  chosen = folder;
  const answer = await answerCall(rooms, 'chooseSource', { kind: 'folder' });
  if (!answer.ok) throw new Error(answer.error.detail);
  const { grant, name } = answer.value as { grant: string; name: string };
  expect(JSON.stringify(answer)).not.toContain(path.dirname(folder));
  expect(name).toBe(path.basename(folder));
  const started = await answerCall(rooms, 'startAnalysis', { source: grant, options: {} });
  expect(started.ok).toBe(true);
  expect(asked[0]?.request).toMatchObject({ source: folder, options: { model: 'vae', batchSize: null } });
  const studyId = asked[0]?.request.studyId as string;
  expect(asked[0]?.request.folder).toBe(path.join(folder, 'studies', studyId));
  expect(await answerCall(rooms, 'exportReport', { studyId, target: grant, format: 'html', locale: 'en' })).toMatchObject(refused);
});

test('a target is written once, to the place that was named', async () => {
  await rooms.studies.remember({ id: 'study-00', folder, name: 'x', images: 1 });
  chosen = path.join(folder, 'out.html');
  const answer = await answerCall(rooms, 'chooseTarget', { suggestedName: 'report.html', extension: 'html' });
  const { grant } = (answer as { value: { grant: string } }).value;
  const params = { studyId: 'study-00', target: grant, format: 'html', locale: 'ko' };
  expect((await answerCall(rooms, 'exportReport', params)).ok).toBe(true);
  expect(asked[0]).toEqual({
    name: 'exportReport',
    request: { studyId: 'study-00', folder, target: chosen, format: 'html', locale: 'ko' },
  });
  expect(await answerCall(rooms, 'exportReport', params)).toMatchObject(refused);
});

test('a cancelled dialog is null, and a study nobody knows has its own error', async () => {
  expect(await answerCall(rooms, 'chooseSource', { kind: 'file' })).toEqual({ ok: true, value: null });
  expect(await answerCall(rooms, 'manifest', { studyId: 'unknown-study' })).toMatchObject({ ok: false, error: { code: 'no-such-study' } });
  const gone = await answerCall(rooms, 'takeDropped', { path: path.join(folder, 'gone') });
  expect(gone).toMatchObject({ ok: false, error: { code: 'source-missing' } });
});

test('a button is answered while the engine is busy, and hears a refusal that comes at once', async () => {
  const engine = rooms.engine as unknown as { call(name: string): Promise<null> };
  engine.call = () => new Promise(() => undefined);
  const began = Date.now();
  expect(await answerCall(rooms, 'cancel', { runId: 'run-1' })).toEqual({ ok: true, value: null });
  expect(Date.now() - began).toBeLessThan(200);
  engine.call = () => Promise.reject(new SondeError('bad-request', {}, 'no such run'));
  expect(await answerCall(rooms, 'pause', { runId: 'run-1' })).toMatchObject(refused);
});

test('what the command line asked for is told once; settings are kept; a broken file of them is set aside', async () => {
  expect(await answerCall(rooms, 'launchRequest', {})).toEqual({ ok: true, value: { source: 'sample' } });
  expect(await answerCall(rooms, 'launchRequest', {})).toEqual({ ok: true, value: { source: null } });
  expect(rooms.settings.locale).toBe('ko');
  await answerCall(rooms, 'changeSettings', { locale: 'en', theme: 'dark' });
  expect((await SettingsStore.open(folder, 'ko')).value).toEqual({ locale: 'en', theme: 'dark', systemLocale: 'ko' });
  await writeFile(path.join(folder, 'settings.json'), '{ half');
  expect((await SettingsStore.open(folder, 'ko')).value.theme).toBe('system');
});

test('a run ends once, whatever comes after its terminal message or before its start is known', () => {
  const seen: EngineMessage[] = [];
  const runs = new Runs((message) => seen.push(message));
  runs.begin('a', 'study-a0');
  expect(runs.isRunning('study-a0')).toBe(true);
  runs.engineLost('killed');
  runs.engineLost('killed again');
  runs.take({ kind: 'terminal', runId: 'a', studyId: 'study-a0', outcome: 'done', error: null });
  expect(seen).toMatchObject([{ runId: 'a', outcome: 'failed', error: { code: 'engine-lost' } }]);
  runs.take({ kind: 'terminal', runId: 'b', studyId: 'study-b0', outcome: 'done', error: null });
  runs.begin('b', 'study-b0');
  expect(runs.active).toBe(false);
});

test('a study whose folder is gone is listed as missing, the last opened first', async () => {
  await mkdir(path.join(folder, 'one'));
  await rooms.studies.remember({ id: 'study-one', folder: path.join(folder, 'one'), name: 'one', images: 3 });
  await rooms.studies.remember({ id: 'study-two', folder: path.join(folder, 'two'), name: 'two', images: 4 });
  expect(await rooms.studies.recent((id) => id === 'study-two')).toMatchObject([
    { id: 'study-two', state: 'running' },
    { id: 'study-one', state: 'missing' },
  ]);
  await answerCall(rooms, 'forgetStudy', { studyId: 'study-one' });
  expect((await Studies.open(folder)).folderOf('study-two')).toBe(path.join(folder, 'two'));
  expect(() => rooms.studies.folderOf('study-one')).toThrow();
});
