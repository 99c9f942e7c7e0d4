/** What a section's figures say, in a sentence with the numbers in it. */
import type { BiasReport } from '../contract/report.ts';
import { m } from '../messages/messages.js';
import { count, intervalWords, number } from './format.ts';

/** In how many directions the images vary, beside what a picture and its code hold. */
export function dimensionWords({ intrinsicDimension, image, latents }: BiasReport): string {
  if (!intrinsicDimension) return '';
  const { images, ...estimates } = intrinsicDimension;
  const all = Object.values(estimates);
  const range = { low: Math.min(...all.map(({ low }) => low)), high: Math.max(...all.map(({ high }) => high)) };
  const said = m.report_dimension_said({
    range: intervalWords(range, (value) => number(value, 2)),
    pixels: count(image.size ** 2 * image.channels),
    code: count(latents.length),
    active: count(latents.filter(({ active }) => active).length),
  });
  return images === null ? said : `${said} ${m.report_dimension_on({ images: count(images) })}`;
}

/** Whether the images' codes crowd in places, and by how much that tells on images that were held out. */
export function densityWords({ density }: Pick<BiasReport, 'density'>): string {
  if (!density) return '';
  const components = count(density.components);
  if (density.components === 1) return m.report_density_one();
  const { overOne } = density;
  if (!overOne) return m.report_density_many({ components });
  const written = (value: number) => number(value, 2);
  const figures = { components, gain: written(overOne.value), range: intervalWords(overOne, written) };
  return overOne.low > 0 ? m.report_density_places(figures) : m.report_density_no_places(figures);
}

/** Of a hundred. */
const inHundred = (share: number): string => number(Math.round(100 * share));

/** How many of a hundred further images would be like none of these, as far as that can be said. */
export function unseenWords({ diversity }: Pick<BiasReport, 'diversity'>): string {
  if (!diversity) return '';
  const { unseen, unseenMass } = diversity;
  // A report of before the radii were shown knows one of them, whose interval says nothing of the choice.
  if (unseen.length === 0) return m.report_unseen_before({ value: inHundred(unseenMass.value) });
  const each = unseen.map(({ radius, share }) =>
    m.report_unseen_radius({ value: inHundred(share.value), range: intervalWords(share, inHundred), radius: number(radius) }),
  );
  return `${m.report_unseen({ range: intervalWords(unseenMass, inHundred) })} ${m.report_unseen_radii({ each: each.join('; ') })}`;
}

/** Where shapeless pictures resemble the images this often, of how often images do, nothing is to be said of samples. */
const BLIND = 0.5;

/** How many of the images look like something that the model draws, beside what images and shapeless pictures reach; or that this cannot be told. */
export function samplesWords({ diversity }: Pick<BiasReport, 'diversity'>): string {
  if (!diversity) return '';
  const { recall, scale } = diversity;
  if (!scale) return m.report_samples_before();
  const { images, shapeless } = scale;
  const blind = shapeless.recall.value > BLIND * images.recall.value;
  return (blind ? m.report_samples_blind : m.report_samples)({
    value: inHundred(recall.value),
    range: intervalWords(recall, inHundred),
    images: inHundred(images.recall.value),
    shapeless: inHundred(shapeless.recall.value),
  });
}
