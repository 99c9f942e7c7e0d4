import path from 'node:path';
import { z } from 'zod';
import type { Checked, Settings } from '../contract/calls.ts';
import { JsonFile } from './json-file.ts';

const stored = z.object({
  locale: z.enum(['system', 'en', 'ko']).catch('system'),
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
});

/** What the person set, beside what the system says. */
export class SettingsStore {
  readonly #file: JsonFile<typeof stored>;
  readonly #systemLocale: string;

  private constructor(file: JsonFile<typeof stored>, systemLocale: string) {
    this.#file = file;
    this.#systemLocale = systemLocale;
  }

  static async open(userData: string, systemLocale: string): Promise<SettingsStore> {
    const file = await JsonFile.open(path.join(userData, 'settings.json'), stored, { locale: 'system', theme: 'system' });
    return new SettingsStore(file, systemLocale);
  }

  get value(): Settings {
    return { ...this.#file.value, systemLocale: this.#systemLocale };
  }

  /** The language that main's own texts are in. */
  get locale(): 'en' | 'ko' {
    const { locale } = this.#file.value;
    if (locale !== 'system') return locale;
    return this.#systemLocale.toLowerCase().startsWith('ko') ? 'ko' : 'en';
  }

  async change(change: Checked<'changeSettings'>): Promise<Settings> {
    const { locale, theme } = this.#file.value;
    await this.#file.set({ locale: change.locale ?? locale, theme: change.theme ?? theme });
    return this.value;
  }
}
