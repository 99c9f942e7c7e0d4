import { attributeNames, type Expectation } from '../../contract/report.ts';

/**
 * Reads a statement as a person types it: `brightness:..0.3=50%`, `z_03:-1..1=0.68`, `label:cats=0.5`, `group:4=2%`.
 * A range is LOW..HIGH, either end may be missing; a share is a number in 0..1 or a percentage.
 * @returns the statement, or null where the text is none
 */
export function parseExpectation(text: string): Expectation | null {
  const parts = /^(.+)=\s*([\d.]+)\s*(%?)\s*$/s.exec(text);
  if (!parts) return null;
  const [, subject = '', digits, percent] = parts;
  const share = Number(digits) / (percent ? 100 : 1);
  if (!(share >= 0 && share <= 1)) return null;
  const counted = /^(label|group):(.+)$/s.exec(subject);
  if (counted) return { kind: counted[1] as 'label' | 'group', name: (counted[2] as string).trim(), low: null, high: null, share };
  const ranged = /^([a-z]+|z_\d+):\s*(-?[\d.]*?)\s*\.\.\s*(-?[\d.]*)\s*$/.exec(subject);
  if (!ranged) return null;
  const [, name = '', lowText = '', highText = ''] = ranged;
  const isAttribute = (attributeNames as readonly string[]).includes(name);
  if (!isAttribute && !name.startsWith('z_')) return null;
  const low = end(lowText);
  const high = end(highText);
  if (low === undefined || high === undefined || (low === null && high === null)) return null;
  return { kind: isAttribute ? 'attribute' : 'latent', name, low, high, share };
}

/** null for a missing end, undefined for one that is no number. */
function end(text: string): number | null | undefined {
  if (text === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
