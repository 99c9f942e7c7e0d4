import { randomBytes } from 'node:crypto';
import type { Grant } from '../contract/calls.ts';
import { SondeError } from '../errors/sonde-error.ts';

/** What a person allowed: to read a source they chose, or to write one file they named. */
type Purpose = 'source' | 'target';

/** Opaque names for paths. The window holds the names, main the paths; a grant is good for its purpose only. */
export class Grants {
  readonly #paths = new Map<Grant, { path: string; purpose: Purpose }>();

  give(path: string, purpose: Purpose): Grant {
    const grant = `g-${randomBytes(16).toString('hex')}`;
    this.#paths.set(grant, { path, purpose });
    return grant;
  }

  /** @throws SondeError bad-request where nothing was granted under this name for this purpose. */
  pathOf(grant: Grant, purpose: Purpose): string {
    const granted = this.#paths.get(grant);
    if (!granted || granted.purpose !== purpose) throw new SondeError('bad-request', { grant }, `no ${purpose} was granted as ${grant}`);
    return granted.path;
  }

  /** A target is written once. */
  spend(grant: Grant): string {
    const path = this.pathOf(grant, 'target');
    this.#paths.delete(grant);
    return path;
  }
}
