/** Every call the window may make, answered: checked against the contract, grants turned into paths, the rest relayed to the engine. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Answer } from '../contract/bridge.ts';
import {
  type Call,
  calls,
  type EngineCall,
  type EngineParams,
  type EngineResults,
  engineCalls,
  type GrantedSource,
  type MainCall,
  type MainParams,
  type MainResults,
  type Results,
  type Settings,
} from '../contract/calls.ts';
import { errorData, SondeError } from '../errors/sonde-error.ts';
import { readManifest } from '../study/manifest.ts';
import type { EngineHost } from './engine-host.ts';
import type { Grants } from './grants.ts';
import type { Runs } from './runs.ts';
import type { SettingsStore } from './settings.ts';
import { presentManifest, type Studies } from './studies.ts';

/** What needs a desktop: dialogs, the file manager, printing. Each dialog answers null where the person cancelled. */
export interface Desktop {
  chooseSource(kind: 'folder' | 'file'): Promise<string | null>;
  chooseStudy(): Promise<string | null>;
  chooseTarget(suggestedName: string, extension: string): Promise<string | null>;
  reveal(folder: string): Promise<void>;
  settingsChanged(settings: Settings): void;
  /** Prints a page that stands alone to a PDF file. */
  printPage(writePage: (file: string) => Promise<void>, target: string): Promise<void>;
}

export interface Rooms {
  engine: EngineHost;
  runs: Runs;
  grants: Grants;
  studies: Studies;
  settings: SettingsStore;
  desktop: Desktop;
  /** What the command line asked for; given out once. */
  launch: { source: 'sample' | null };
}

type EngineRelay = { [C in EngineCall]: (rooms: Rooms, params: EngineParams<C>) => Promise<EngineResults[C]> };
type MainAnswers = { [C in MainCall]: (rooms: Rooms, params: MainParams<C>) => Promise<MainResults[C]> };

/** A button must not wait for the training step that happens to run: what it asked for is on its way by then. */
const PROMPT_MILLISECONDS = 100;

/** Answers with the engine, or without it once the time is up; a refusal that comes after that goes to the log. */
async function promptly(asked: Promise<null>): Promise<null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let late = false;
  const patience = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      late = true;
      resolve(null);
    }, PROMPT_MILLISECONDS);
  });
  asked.catch((error: unknown) => {
    if (late) console.error(error);
  });
  try {
    return await Promise.race([asked, patience]);
  } finally {
    clearTimeout(timer);
  }
}

const placed = ({ studies }: Rooms, studyId: string) => ({ studyId, folder: studies.folderOf(studyId) });

const relay: EngineRelay = {
  async startAnalysis({ engine, runs, grants, studies }, { source, options }) {
    const place = studies.place();
    const from = source === 'sample' ? 'sample' : grants.pathOf(source, 'source');
    const started = await engine.call('startAnalysis', { ...place, source: from, options });
    runs.begin(started.runId, started.studyId);
    const name = from === 'sample' ? 'Fashion-MNIST' : path.basename(from);
    await studies.remember({ id: place.studyId, folder: place.folder, name, images: 0 });
    return started;
  },
  async resumeAnalysis(rooms, { studyId }) {
    const started = await rooms.engine.call('resumeAnalysis', placed(rooms, studyId));
    rooms.runs.begin(started.runId, started.studyId);
    return started;
  },
  pause: ({ engine }, params) => promptly(engine.call('pause', params)),
  unpause: ({ engine }, params) => promptly(engine.call('unpause', params)),
  cancel: ({ engine }, params) => promptly(engine.call('cancel', params)),
  finishTraining: ({ engine }, params) => promptly(engine.call('finishTraining', params)),
  manifest: (rooms, { studyId }) => rooms.engine.call('manifest', placed(rooms, studyId)),
  skipped: (rooms, { studyId }) => rooms.engine.call('skipped', placed(rooms, studyId)),
  columns: (rooms, { studyId, ...rest }) => rooms.engine.call('columns', { ...placed(rooms, studyId), ...rest }),
  trainingCurve: (rooms, { studyId }) => rooms.engine.call('trainingCurve', placed(rooms, studyId)),
  report: (rooms, { studyId }) => rooms.engine.call('report', placed(rooms, studyId)),
  decode: (rooms, { studyId, ...rest }) => rooms.engine.call('decode', { ...placed(rooms, studyId), ...rest }),
  encode: (rooms, { studyId, ...rest }) => rooms.engine.call('encode', { ...placed(rooms, studyId), ...rest }),
  nearest: (rooms, { studyId, ...rest }) => rooms.engine.call('nearest', { ...placed(rooms, studyId), ...rest }),
  contours: (rooms, { studyId, ...rest }) => rooms.engine.call('contours', { ...placed(rooms, studyId), ...rest }),
  draw: (rooms, { studyId, ...rest }) => rooms.engine.call('draw', { ...placed(rooms, studyId), ...rest }),
  async exportReport(rooms, { studyId, target, format, locale }) {
    const place = placed(rooms, studyId);
    const file = rooms.grants.spend(target);
    if (format !== 'pdf') return rooms.engine.call('exportReport', { ...place, target: file, format, locale });
    await rooms.desktop.printPage(async (page) => {
      await rooms.engine.call('exportReport', { ...place, target: page, format: 'html', locale });
    }, file);
    return null;
  },
  testExpectations: (rooms, { studyId, ...rest }) => rooms.engine.call('testExpectations', { ...placed(rooms, studyId), ...rest }),
  exportWeights: (rooms, { studyId, target }) =>
    rooms.engine.call('exportWeights', { ...placed(rooms, studyId), target: rooms.grants.spend(target) }),
  compare: (rooms, { studyId, source, seed }) =>
    rooms.engine.call('compare', {
      ...placed(rooms, studyId),
      source: source === 'sample' ? source : rooms.grants.pathOf(source, 'source'),
      seed,
    }),
  comparisonProgress: (rooms, { studyId }) => rooms.engine.call('comparisonProgress', placed(rooms, studyId)),
  exportComparison: (rooms, { studyId, target }) =>
    rooms.engine.call('exportComparison', { ...placed(rooms, studyId), target: rooms.grants.spend(target) }),
  cancelComparison: (rooms, { studyId }) => rooms.engine.call('cancelComparison', placed(rooms, studyId)),
};

const own: MainAnswers = {
  async chooseSource({ desktop, grants }, { kind }) {
    const chosen = await desktop.chooseSource(kind);
    return chosen ? grantSource(grants, chosen) : null;
  },
  async chooseStudy({ desktop, studies }) {
    const folder = await desktop.chooseStudy();
    if (!folder) return null;
    const manifest = await readManifest(folder);
    await studies.remember({ id: manifest.id, folder, name: manifest.name, images: manifest.counts.usable });
    return { studyId: manifest.id };
  },
  async chooseTarget({ desktop, grants }, { suggestedName, extension }) {
    const target = await desktop.chooseTarget(suggestedName, extension);
    return target ? { grant: grants.give(target, 'target'), name: path.basename(target), kind: 'file' } : null;
  },
  recentStudies: ({ studies, runs }) => studies.recent(runs.isRunning),
  async forgetStudy({ studies }, { studyId }) {
    await studies.forget(studyId);
    return null;
  },
  async openStudy({ studies }, { studyId }) {
    const folder = studies.folderOf(studyId);
    const manifest = await presentManifest(folder);
    await studies.remember({ id: studyId, folder, name: manifest.name, images: manifest.counts.usable });
    return manifest;
  },
  settings: async ({ settings }) => settings.value,
  async changeSettings({ settings, desktop }, change) {
    const changed = await settings.change(change);
    desktop.settingsChanged(changed);
    return changed;
  },
  async revealStudy({ studies, desktop }, { studyId }) {
    await desktop.reveal(studies.folderOf(studyId));
    return null;
  },
  engineState: async ({ engine }) => engine.state,
  currentRun: async ({ runs }) => runs.current,
  async launchRequest({ launch }) {
    const { source } = launch;
    launch.source = null;
    return { source };
  },
};

/** A path a person chose, as the window may know it. */
export async function grantSource(grants: Grants, chosen: string): Promise<GrantedSource> {
  let folder: boolean;
  try {
    folder = (await stat(chosen)).isDirectory();
  } catch (cause) {
    throw new SondeError('source-missing', { path: chosen }, String(cause), { cause });
  }
  return { grant: grants.give(chosen, 'source'), name: path.basename(chosen), kind: folder ? 'folder' : 'file' };
}

/** Answers a call from outside: what is unknown or malformed is a bad request, and no exception crosses. */
export async function answerCall(rooms: Rooms, name: unknown, params: unknown): Promise<Answer<Call>> {
  try {
    if (typeof name !== 'string' || !Object.hasOwn(calls, name))
      throw new SondeError('bad-request', { call: typeof name === 'string' ? name : typeof name }, 'there is no such call');
    const parsed = calls[name as Call].safeParse(params);
    if (!parsed.success) throw new SondeError('bad-request', { call: name }, `${name}: ${parsed.error.message}`);
    const answers = (Object.hasOwn(engineCalls, name) ? relay : own) as unknown as Record<
      string,
      (rooms: Rooms, params: unknown) => Promise<Results[Call]>
    >;
    return { ok: true, value: await (answers[name] as (typeof answers)[string])(rooms, parsed.data) };
  } catch (error) {
    return { ok: false, error: errorData(error) };
  }
}
