import { beforeEach, describe, expect, test } from 'vitest';
import type { TerminalMessage } from '../../../src/contract/analysis.ts';
import type { BiasReport } from '../../../src/contract/report.ts';
import type { StudyManifest } from '../../../src/contract/study.ts';
import { navigation } from '../../../src/renderer/src/state/navigation.svelte.ts';
import { notices } from '../../../src/renderer/src/state/notices.svelte.ts';
import { session } from '../../../src/renderer/src/state/session.svelte.ts';
import { LateBridge, settle } from './late-bridge.ts';

const manifest = (id: string, state = 'done') =>
  ({ id, state, labels: [], counts: { usable: 4 }, source: { listingSha256: 'f00' }, training: null }) as unknown as StudyManifest;
const report = (name: string) => ({ name, latents: [], factors: [] }) as unknown as BiasReport;
const terminal = (more: Partial<TerminalMessage>): TerminalMessage => ({
  ...{ kind: 'terminal', runId: 'run-1', studyId: 'study-1', outcome: 'done', error: null },
  ...more,
});
const incomplete = { code: 'study-incomplete', params: {}, detail: '' } as const;

let bridge: LateBridge;
beforeEach(async () => {
  bridge = new LateBridge();
  session.study = null;
  navigation.view = 'welcome';
  notices.list = [];
  void session.begin();
  await bridge.answer('engineState', { state: 'ready', detail: '' });
  await bridge.answer('recentStudies', []);
  await bridge.answer('currentRun', null);
  await bridge.answer('launchRequest', { source: null });
});
async function start(runId = 'run-1') {
  void session.start('sample', {});
  await bridge.answer('startAnalysis', { runId, studyId: 'study-1' });
}

describe('opening', () => {
  test('the study that was asked for last is shown, whichever answer comes last', async () => {
    void session.open('study-1');
    void session.open('study-2');
    const of = (id: string) => bridge.answer('openStudy', manifest(id), ({ studyId }) => studyId === id);
    await of('study-2');
    await of('study-1');
    expect([session.study?.id, navigation.view]).toEqual(['study-2', 'map']);
  });

  test('a study that was closed before it was there stays closed', async () => {
    void session.open('study-1');
    session.close();
    await bridge.answer('openStudy', manifest('study-1'));
    expect([session.study, navigation.view]).toEqual([null, 'welcome']);
  });

  test("a report that comes late is its own study's", async () => {
    void session.open('study-1');
    await bridge.answer('openStudy', manifest('study-1'));
    void session.open('study-2');
    await bridge.answer('openStudy', manifest('study-2'));
    await bridge.answer('report', report('two'), ({ studyId }) => studyId === 'study-2');
    await bridge.answer('report', report('one'), ({ studyId }) => studyId === 'study-1');
    expect(session.study?.report?.name).toBe('two');
  });
});

describe('a run', () => {
  test('whose end was told before its name was known ends', async () => {
    void session.start('sample', {});
    await settle();
    await bridge.emit('terminal', terminal({}));
    expect(session.starting).toBe(true);
    await bridge.answer('startAnalysis', { runId: 'run-1', studyId: 'study-1' });
    expect([session.running, navigation.view]).toEqual([false, 'train']);
    await bridge.answer('manifest', manifest('study-1'));
    await bridge.answer('report', report('one'));
    expect([session.study?.report?.name, session.study?.columns !== null]).toEqual(['one', true]);
  });

  test('that ends before its images are read leaves no study behind', async () => {
    await start();
    await bridge.emit('terminal', terminal({ outcome: 'cancelled' }));
    await bridge.fail('manifest', incomplete);
    expect([session.study, navigation.view]).toEqual([null, 'welcome']);
  });

  test('that left no study behind does not take away what was opened meanwhile', async () => {
    await start();
    await bridge.emit('terminal', terminal({ outcome: 'cancelled' }));
    void session.open('study-2');
    await bridge.answer('openStudy', manifest('study-2'));
    await bridge.fail('manifest', incomplete);
    expect([session.study?.id, navigation.view]).toEqual(['study-2', 'map']);
  });

  test('of a lost engine fails once, and its study is looked for when the engine is back', async () => {
    await start();
    await bridge.emit('engine', { state: 'lost', detail: 'signal SIGKILL' });
    await bridge.emit('terminal', terminal({ outcome: 'failed', error: { code: 'engine-lost', params: {}, detail: 'signal SIGKILL' } }));
    expect([session.running, notices.list.length]).toEqual([false, 1]);
    await bridge.fail('manifest', { code: 'engine-lost', params: {}, detail: '' });
    await bridge.emit('engine', { state: 'ready', detail: '' });
    await bridge.answer('manifest', manifest('study-1', 'interrupted'));
    expect([session.study?.manifest?.state, navigation.view]).toEqual(['interrupted', 'train']);
  });

  test('goes on while its study is closed, and the menu opens no folder beside it', async () => {
    await start('run-2');
    await bridge.emit('menu', { command: 'open-folder' });
    expect([session.running, navigation.view, bridge.waiting('chooseSource')]).toEqual([true, 'welcome', []]);
  });
});

describe('the place to begin', () => {
  const source = { grant: 'g-1', name: 'faces', kind: 'folder' } as const;

  test('the menu asks for a folder, which begins at once', async () => {
    await bridge.emit('menu', { command: 'open-folder' });
    await bridge.answer('chooseSource', source);
    expect(bridge.waiting('startAnalysis').map((params) => params.source)).toEqual(['g-1']);
  });

  test('a source waits while the options are open, and goes on waiting where the start is refused', async () => {
    const { welcome } = session;
    welcome.advanced = true;
    void welcome.intake.choose('folder');
    await bridge.answer('chooseSource', source);
    expect([welcome.source, bridge.waiting('startAnalysis')]).toEqual([source, []]);
    void welcome.begin();
    await bridge.fail('startAnalysis', { code: 'too-few-images', params: { count: 7, minimum: 50 }, detail: '' });
    expect([welcome.source, session.starting]).toEqual([source, false]);
  });
});
