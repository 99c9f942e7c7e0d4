import type { AttributeName } from '../../contract/report.ts';
import type { ImageFacts } from './pixel-set.ts';

/**
 * The attributes of each image by name, only those that vary over the data (saturation of gray images, size of an array do not).
 * Aspect is width / height and size sqrt(width * height) in pixels, of the file as it was.
 */
export function attributeColumns(
  facts: Pick<ImageFacts, 'width' | 'height' | 'brightness' | 'contrast' | 'saturation' | 'sharpness'>,
): Map<AttributeName, Float32Array> {
  const n = facts.width.length;
  const aspect = new Float32Array(n);
  const size = new Float32Array(n);
  for (let i = 0; i < n; i += 1) {
    const width = facts.width[i] as number;
    const height = facts.height[i] as number;
    aspect[i] = width / height;
    size[i] = Math.sqrt(width * height);
  }
  const all: [AttributeName, Float32Array][] = [
    ['brightness', facts.brightness],
    ['contrast', facts.contrast],
    ['saturation', facts.saturation],
    ['sharpness', facts.sharpness],
    ['aspect', aspect],
    ['size', size],
  ];
  return new Map(all.filter(([, values]) => values.length === n && values.every(Number.isFinite)));
}
