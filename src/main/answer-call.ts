/** Every call the window may make, answered: checked against the contract, grants turned into paths, the rest relayed to the engine. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Answer } from '../contract/bridge.ts';
import {
  type Call,
  type Checked,
  type CompletedByMain,
  calls,
  type EngineCall,
  type EngineRequest,
  engineCalls,
  type GrantedSource,
  type MainCall,
  type Results,
  type Settings,
} from '../contract/calls.ts';
import { type DerivedOf, standingOf } from '../contract/endpoint.ts';
import { errorData, SondeError } from '../errors/sonde-error.ts';
import { isHeld } from '../study/holder.ts';
import { presentManifest, readManifest } from '../study/manifest.ts';
import type { EngineHost } from './engine-host.ts';
import type { Grants } from './grants.ts';
import type { Runs } from './runs.ts';
import type { SettingsStore } from './settings.ts';
import type { Studies } from './studies.ts';

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

type Derived<C extends EngineCall> = DerivedOf<(typeof engineCalls)[C]>;
type Exception<C extends EngineCall> = (rooms: Rooms, request: Derived<C>) => Promise<Results[C]>;
/** The calls that are more than relayed; what the contract says main completes must be among them. */
type Exceptions = { [C in CompletedByMain]: Exception<C> } & { [C in EngineCall]?: Exception<C> };
type OwnAnswers = { [C in MainCall]: (rooms: Rooms, params: Checked<C>) => Promise<Results[C]> };

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

const exceptions: Exceptions = {
  async startAnalysis({ engine, runs, studies }, { source, options }) {
    const place = studies.place();
    const started = await engine.call('startAnalysis', { ...place, source, options });
    runs.begin(started.runId, started.studyId);
    const name = source === 'sample' ? 'Fashion-MNIST' : path.basename(source);
    await studies.remember({ id: place.studyId, folder: place.folder, name, images: 0 });
    return started;
  },
  async resumeAnalysis({ engine, runs }, request) {
    const started = await engine.call('resumeAnalysis', request);
    runs.begin(started.runId, started.studyId);
    return started;
  },
  pause: ({ engine }, request) => promptly(engine.call('pause', request)),
  unpause: ({ engine }, request) => promptly(engine.call('unpause', request)),
  cancel: ({ engine }, request) => promptly(engine.call('cancel', request)),
  finishTraining: ({ engine }, request) => promptly(engine.call('finishTraining', request)),
  async exportReport({ engine, desktop }, { format, target, ...rest }) {
    if (format !== 'pdf') return engine.call('exportReport', { ...rest, target, format });
    await desktop.printPage(async (page) => {
      await engine.call('exportReport', { ...rest, target: page, format: 'html' });
    }, target);
    return null;
  },
};

const own: OwnAnswers = {
  async chooseSource({ desktop, grants }, { kind }) {
    const chosen = await desktop.chooseSource(kind);
    return chosen ? grantSource(grants, chosen) : null;
  },
  async takeDropped({ grants }, { path: dropped }) {
    // What is dragged out of a browser or an archive lies in no folder.
    if (dropped === '') throw new SondeError('drop-without-path');
    if (!path.isAbsolute(dropped)) throw new SondeError('bad-request', { call: 'takeDropped' }, `${dropped} is not where a File lies`);
    return grantSource(grants, dropped);
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
    const manifest = await presentManifest(folder, isHeld);
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
async function grantSource(grants: Grants, chosen: string): Promise<GrantedSource> {
  let folder: boolean;
  try {
    folder = (await stat(chosen)).isDirectory();
  } catch (cause) {
    throw new SondeError('source-missing', { path: chosen }, String(cause), { cause });
  }
  return { grant: grants.give(chosen, 'source'), name: path.basename(chosen), kind: folder ? 'folder' : 'file' };
}

/** What the engine is asked: each field as its schema says that it stands for something (contract/endpoint.ts). */
function derived<C extends EngineCall>({ studies, grants }: Rooms, name: C, checked: Checked<C>): Derived<C> {
  const request: Record<string, unknown> = { ...checked };
  for (const [field, schema] of Object.entries(engineCalls[name].params.shape)) {
    const value = request[field] as string;
    const stands = standingOf(schema);
    if (stands === 'study') request.folder = studies.folderOf(value);
    if (stands === 'source' && value !== 'sample') request[field] = grants.pathOf(value, 'source');
    if (stands === 'target') request[field] = grants.spend(value);
  }
  return request as Derived<C>;
}

function relay<C extends EngineCall>(rooms: Rooms, name: C, checked: Checked<C>): Promise<Results[C]> {
  const request = derived(rooms, name, checked);
  const exception = exceptions[name] as Exception<C> | undefined;
  // What has no exception is asked as it was derived: the contract lets main complete nothing else.
  return exception ? exception(rooms, request) : rooms.engine.call(name, request as unknown as EngineRequest<C>);
}

const answer = (rooms: Rooms, name: Call, checked: Checked<Call>): Promise<Results[Call]> =>
  Object.hasOwn(engineCalls, name)
    ? relay(rooms, name as EngineCall, checked as Checked<EngineCall>)
    : (own[name as MainCall] as (rooms: Rooms, params: unknown) => Promise<Results[Call]>)(rooms, checked);

/** Answers a call from outside: what is unknown or malformed is a bad request, and no exception crosses. */
export async function answerCall(rooms: Rooms, name: unknown, params: unknown): Promise<Answer<Call>> {
  try {
    if (typeof name !== 'string' || !Object.hasOwn(calls, name))
      throw new SondeError('bad-request', { call: typeof name === 'string' ? name : typeof name }, 'there is no such call');
    const parsed = calls[name as Call].params.safeParse(params);
    if (!parsed.success) throw new SondeError('bad-request', { call: name }, `${name}: ${parsed.error.message}`);
    return { ok: true, value: await answer(rooms, name as Call, parsed.data as Checked<Call>) };
  } catch (error) {
    return { ok: false, error: errorData(error) };
  }
}
