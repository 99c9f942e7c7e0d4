import { setImmediate } from 'node:timers/promises';
import { SondeError } from '../errors/sonde-error.ts';

/** What long work takes along: how to stop it, and whom to tell how far it is. */
export interface Hooks {
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Lets waiting calls (a slider, a cancel) be answered; throws `cancelled` where the work was called off. */
export async function breathe(signal?: AbortSignal): Promise<void> {
  await setImmediate();
  if (signal?.aborted) throw new SondeError('cancelled');
}
