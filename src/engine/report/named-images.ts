import type { BiasReport } from '../../contract/report.ts';

/** Numbers of the images that a report names, in order. @param damaged how many of each kind of damage: a page shows fewer than there are */
export function namedImages(
  report: Pick<
    BiasReport,
    | 'damage'
    | 'findings'
    | 'composition'
    | 'missing'
    | 'independence'
    | 'subfolders'
    | 'outliers'
    | 'latents'
    | 'factors'
    | 'groups'
    | 'weights'
  >,
  damaged = Number.POSITIVE_INFINITY,
): number[] {
  const named = new Set<number>();
  const add = (images: readonly number[]) => {
    for (const image of images) named.add(image);
  };
  for (const { images } of report.findings) add(images.flat());
  add((report.outliers?.images ?? []).flatMap(({ index, why }) => (why?.nearest == null ? [index] : [index, why.nearest])));
  for (const { images } of [...report.latents, ...(report.factors ?? [])]) add(images.flat());
  for (const { images } of report.damage ?? []) add(images.slice(0, damaged).map(({ index }) => index));
  for (const { images } of report.subfolders?.shortcuts ?? []) add(images.flat());
  for (const { index, nearest } of report.subfolders?.labelled?.images ?? []) add([index, ...nearest]);
  for (const { images } of report.independence?.largest ?? []) add(images);
  for (const { pairs } of report.subfolders?.leaks ?? []) add(pairs.flat());
  for (const { images } of report.missing?.combinations ?? []) add(images.flat());
  for (const { typical, edge } of report.composition?.kinds ?? []) add([...typical, ...edge]);
  for (const { typical, extreme } of report.groups ?? []) add([...typical, ...extreme]);
  for (const { preview, evenPreview } of report.weights ?? []) add([...preview, ...evenPreview]);
  return [...named].sort((a, b) => a - b);
}
