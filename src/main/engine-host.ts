/** Starts the engine, relays calls to it, watches it, and starts it again when it dies. Knows nothing of Electron. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { BirpcReturn } from 'birpc';
import type { EngineCall, EngineRequest, EngineState, Results } from '../contract/calls.ts';
import type { EngineMessage } from '../contract/events.ts';
import { SondeError } from '../errors/sonde-error.ts';
import { channelOver } from '../wire/channel.ts';
import { type EngineSide, linkOver, type MainSide } from '../wire/engine-link.ts';
import type { EngineLocation } from './engine-location.ts';
import { KeepAwake } from './keep-awake.ts';
import { StderrFile } from './stderr-file.ts';

const PIPE = 3;
const FIRST_WAIT = 250;
const LONGEST_WAIT = 30_000;
/** An engine that stayed up this long was not broken from the start: the next wait begins anew. */
const STEADY_MILLISECONDS = 30_000;
const LOG_LINES = 40;

export interface EngineHostOptions {
  /** null where it was not found, with the places looked at. */
  location: EngineLocation | null;
  looked: string[];
  /** Options of the engine's Node, before its entry. */
  nodeOptions?: string[];
  onState(state: EngineState, detail: string): void;
  onMessage(message: EngineMessage): void;
  /** A line of the engine's standard output or error. */
  onLog?(line: string): void;
}

type Link = BirpcReturn<EngineSide, MainSide>;

export class EngineHost {
  readonly #options: EngineHostOptions;
  readonly #awake = new KeepAwake();
  #state: EngineState = 'starting';
  #detail = '';
  #child: ChildProcess | null = null;
  #errors: StderrFile | null = null;
  #link: Link | null = null;
  #waiting: { resolve(link: Link): void; reject(error: Error): void }[] = [];
  #wait = FIRST_WAIT;
  #restart: ReturnType<typeof setTimeout> | null = null;
  #stopped = false;
  #log: string[] = [];

  constructor(options: EngineHostOptions) {
    this.#options = options;
  }

  get state(): { state: EngineState; detail: string } {
    return { state: this.#state, detail: this.#detail };
  }

  /** The process's id while there is one. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  start(): void {
    const { location, looked } = this.#options;
    if (!location) {
      this.#become('missing', `looked for ${looked.join(', ')}`);
      return;
    }
    this.#log = [];
    const started = Date.now();
    const errors = new StderrFile();
    const child = spawn(location.node, [...(this.#options.nodeOptions ?? []), location.entry], {
      // 'overlapped' is what Windows needs for an asynchronous pipe; elsewhere it is 'pipe'.
      stdio: ['ignore', 'pipe', errors.descriptor, 'overlapped'],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: undefined, NODE_OPTIONS: undefined, SONDE_SAMPLE: location.sample },
      windowsHide: true,
    });
    this.#child = child;
    errors.handedOver();
    this.#errors = errors;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#keepLog(text));
    let gone = false;
    const onGone = (why: string) => {
      if (gone) return;
      gone = true;
      child.kill('SIGKILL');
      this.#keepLog(errors.take());
      this.#lost(why, started);
    };
    child.on('error', (error) => onGone(`${location.node} could not be started: ${error.message}`));
    child.on('exit', (code, signal) => onGone(`the engine ended with ${signal ?? `code ${code}`}`));
    const channel = channelOver(child.stdio[PIPE] as Duplex, (cause) => {
      // Its exit, which says more, follows a closed pipe within a moment.
      setTimeout(() => onGone(cause.message), 500);
    });
    this.#link = null;
    const link: Link = linkOver<EngineSide, MainSide>(channel, {
      message: (message) => this.#options.onMessage(message),
      ready: () => {
        this.#link = link;
        this.#become('ready', '');
        for (const { resolve } of this.#waiting.splice(0)) resolve(link);
      },
    });
    this.#closeLink = () => link.$close(new SondeError('engine-lost', {}, 'the engine died before it answered'));
  }

  #closeLink: () => void = () => undefined;

  /**
   * Waits for an engine that is starting.
   * @throws SondeError engine-missing, engine-lost, too-much-at-once, and what the engine answers
   */
  async call<C extends EngineCall>(name: C, request: EngineRequest<C>): Promise<Results[C]> {
    return this.#awake.during(async () => {
      const link = this.#link ?? (await this.#nextLink());
      const reply = await link.call(name, request).catch((cause: unknown) => {
        throw cause instanceof RangeError ? new SondeError('too-much-at-once', {}, `${name}: ${cause.message}`, { cause }) : cause;
      });
      if (reply.ok) return reply.value as Results[C];
      throw SondeError.of(reply.error);
    });
  }

  /** Ends the engine so that another takes its place at once, however often it was lost before. */
  restart(): void {
    this.#wait = FIRST_WAIT / 2;
    if (this.#child) this.#child.kill('SIGKILL');
    else if (this.#restart && !this.#stopped) {
      clearTimeout(this.#restart);
      this.#begin();
    }
  }

  /** Ends the engine for good. */
  stop(): void {
    this.#stopped = true;
    if (this.#restart) clearTimeout(this.#restart);
    this.#closeLink();
    this.#child?.kill('SIGKILL');
    this.#errors?.take();
    this.#child = null;
    this.#link = null;
  }

  #nextLink(): Promise<Link> {
    if (this.#state === 'missing') return Promise.reject(new SondeError('engine-missing', {}, this.#detail));
    if (this.#stopped) return Promise.reject(new SondeError('engine-lost', {}, 'the engine was stopped'));
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #lost(why: string, started: number): void {
    if (this.#stopped) return;
    this.#child = null;
    this.#link = null;
    this.#closeLink();
    const detail = [why, ...this.#log.slice(-LOG_LINES)].join('\n');
    this.#become('lost', detail);
    // Whoever waited for an engine that never came up hears of it; a later call waits for the next one.
    for (const { reject } of this.#waiting.splice(0)) reject(new SondeError('engine-lost', {}, detail));
    this.#wait = Date.now() - started > STEADY_MILLISECONDS ? FIRST_WAIT : Math.min(LONGEST_WAIT, this.#wait * 2);
    this.#restart = setTimeout(() => this.#begin(), this.#wait);
  }

  #begin(): void {
    this.#restart = null;
    this.#become('starting', '');
    this.start();
  }

  #become(state: EngineState, detail: string): void {
    this.#state = state;
    this.#detail = detail;
    this.#options.onState(state, detail);
  }

  #keepLog(text: string): void {
    for (const line of text.split('\n')) {
      if (!line.trim()) continue;
      this.#log.push(line);
      if (this.#log.length > LOG_LINES) this.#log.shift();
      this.#options.onLog?.(line);
    }
  }
}
