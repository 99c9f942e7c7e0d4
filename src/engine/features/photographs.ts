import type { ImageFacts, PixelSet } from '../pixels/pixel-set.ts';

/** Of a photograph's own pixels, its smaller edge. */
const LEAST_EDGE = 32;
/** A level of gray that fills more of an image than this is a background that was drawn, cut out or never lit. */
const FLAT_SHARE = 0.2;
/** Images that are looked at, spread evenly. */
const LOOKED_AT = 500;

/**
 * Whether a folder is of photographs, as its own pixels say: more than half of its images have a smaller edge of at least 32 pixels and no
 * level of gray (of 256) that fills a fifth of the picture or more. Noise and shading spread a camera's picture over many levels; drawings,
 * characters, plots, screenshots and cut-out products have a background of one. It cannot tell photographs from paintings or renderings,
 * and takes photographs before pure white or black for drawings.
 */
export function arePhotographs(pixels: PixelSet, facts: Pick<ImageFacts, 'width' | 'height'>): boolean {
  const { count, size, channels, data } = pixels;
  const area = size * size;
  const step = Math.max(1, Math.floor(count / LOOKED_AT));
  let seen = 0;
  let photographs = 0;
  for (let image = 0; image < count; image += step) {
    seen += 1;
    if (Math.min(facts.width[image] as number, facts.height[image] as number) < LEAST_EDGE) continue;
    const levels = new Uint32Array(256);
    for (let i = 0, at = image * area * channels; i < area; i += 1, at += channels) {
      const level = channels === 1 ? (data[at] as number) : luma(data, at);
      levels[level] = (levels[level] as number) + 1;
    }
    if (Math.max(...levels) < FLAT_SHARE * area) photographs += 1;
  }
  return photographs > seen / 2;
}

/** Rec. 601. */
const luma = (data: Uint8Array, at: number): number =>
  Math.round(0.299 * (data[at] as number) + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number));
