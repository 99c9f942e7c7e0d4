/**
 * What a spreadsheet takes for a formula by its first character, whatever the file says it is; the full-width forms, which East Asian
 * settings read alike, among them (OWASP, CSV injection).
 */
const FORMULA = '[=+\\-@\\t\\r\\n\\uff1d\\uff0b\\uff0d\\uff20]';
const BEGINS_FORMULA = new RegExp(`^${FORMULA}`);
const GUARDED = (guard: string) => new RegExp(`^${guard.replace('.', '\\.')}(?=${FORMULA})`);

/** One field of a CSV by RFC 4180; `guard` is put before a text that would be run. */
export function csvField(text: string, guard: "'" | './'): string {
  const safe = BEGINS_FORMULA.test(text) ? guard + text : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text as it was before it was guarded. */
export const unguarded = (field: string, guard: "'" | './'): string => field.replace(GUARDED(guard), '');
