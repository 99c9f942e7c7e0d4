import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { biasReport, REPORT_FORMAT } from '../../../src/contract/report.ts';

const page = readFileSync(new URL('../../../docs/report.md', import.meta.url), 'utf8');

/** Every field of the schema, as docs/report.md writes it. An estimate is one field. */
function fieldsOf(schema: unknown, path: string, found: Set<string>): Set<string> {
  const { type, shape, element, options, innerType, out, valueType } = (schema as { def: Record<string, unknown> }).def;
  const variants = ((options ?? []) as { def: { shape?: unknown } }[]).filter(({ def }) => def.shape);
  const isEstimate = shape && Object.keys(shape).sort().join() === 'high,low,value';
  if (shape && !isEstimate) for (const [name, inner] of Object.entries(shape)) fieldsOf(inner, path ? `${path}.${name}` : name, found);
  else if (variants.length > 0) for (const variant of variants) fieldsOf(variant, path, found);
  else if (element) fieldsOf(element, `${path}[]`, found);
  else if (innerType ?? out) fieldsOf(innerType ?? out, path, found);
  else if (type === 'record') fieldsOf(valueType, `${path}.*`, found);
  else found.add(path);
  return found;
}
const fields = fieldsOf(biasReport, '', new Set());

it('docs/report.md names every field of report.json', () => {
  expect(fields.size).toBeGreaterThan(200);
  expect([...fields].filter((field) => !page.includes(`\`${field}\``))).toEqual([]);
});

it('docs/report.md names no field that report.json has not, and the format that is written', () => {
  const named = [...page.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell]) =>
    [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, field]) => field),
  );
  expect(named.filter((field) => !fields.has(field as string))).toEqual([]);
  expect(page).toContain(`\`format\` is ${REPORT_FORMAT}.`);
  expect(page).toMatch(new RegExp(`^\\| ${REPORT_FORMAT} \\| `, 'm'));
});
