/** Language and appearance. Messages read the locale through here, so a change redraws words and leaves canvases alone. */
import type { Settings } from '../../../contract/calls.ts';
import { type Locale, overwriteGetLocale } from '../../../messages/runtime.js';
import { call } from './bridge.ts';
import { notices } from './notices.svelte.ts';

class Preferences {
  settings = $state.raw<Settings>({ locale: 'system', theme: 'system', systemLocale: navigator.language });
  #systemDark = $state(false);
  readonly locale: Locale = $derived.by(() => {
    const wanted = this.settings.locale === 'system' ? this.settings.systemLocale : this.settings.locale;
    return wanted.toLowerCase().startsWith('ko') ? 'ko' : 'en';
  });
  readonly theme: 'light' | 'dark' = $derived(
    this.settings.theme === 'system' ? (this.#systemDark ? 'dark' : 'light') : this.settings.theme,
  );

  constructor() {
    const query = matchMedia('(prefers-color-scheme: dark)');
    this.#systemDark = query.matches;
    query.addEventListener('change', (event) => {
      this.#systemDark = event.matches;
    });
    document.documentElement.dataset.theme = query.matches ? 'dark' : 'light';
    overwriteGetLocale(() => this.locale);
  }

  async load(): Promise<void> {
    const settings = await notices.attempt(call('settings', {}));
    if (settings) this.settings = settings;
  }

  async change(change: { locale?: Settings['locale']; theme?: Settings['theme'] }): Promise<void> {
    const settings = await notices.attempt(call('changeSettings', change));
    if (settings) this.settings = settings;
  }
}

export const preferences = new Preferences();
