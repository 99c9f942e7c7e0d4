import sharp, { type Sharp } from 'sharp';

/** What is planted into photographs: the kind as the study names it, and how strongly. */
export const plantings = {
  'dark, to a quarter': 'dark',
  'low contrast, to a quarter': 'low-contrast',
  'blurred, by 1.5 % of the edge': 'blurred',
  'blurred, by 3 % of the edge': 'blurred',
  gray: 'gray',
  'compressed, quality 8': 'compressed',
  'compressed, quality 8, kept as PNG': 'compressed',
  'turned by 90°': 'turned',
  'turned by 180°': 'turned',
  'turned by 270°': 'turned',
  'mirrored copy': 'mirrored',
  'frame of 6 %': 'framed',
  'opaque mark': 'marked',
  'mark of half opacity': 'marked',
} as const;
export type Planting = keyof typeof plantings;

const QUALITY = 92;

/** A mark a fifth as wide as the picture: three bars and a ring, as a letterhead's. */
function mark(width: number, height: number, opacity: number): Buffer {
  const w = Math.max(6, Math.round(0.3 * width));
  const h = Math.max(5, Math.round(0.16 * height));
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 30 16"><g opacity="${opacity}"><rect width="30" height="16" fill="#fff"/><rect x="2" y="2" width="4" height="12" fill="#000"/><rect x="8" y="2" width="3" height="12" fill="#000"/><rect x="13" y="6" width="3" height="8" fill="#000"/><circle cx="23" cy="8" r="5" fill="none" stroke="#000" stroke-width="2.4"/></g></svg>`,
  );
}

/** The picture changed and encoded anew. */
export async function plant(bytes: Uint8Array, planting: Planting): Promise<{ bytes: Uint8Array; extension: 'jpg' | 'png' }> {
  const { data, info } = await sharp(bytes).rotate().toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const image = () => sharp(data, { raw: { width, height, channels: 3 } });
  const jpeg = async (changed: Sharp, quality = QUALITY) => ({
    bytes: new Uint8Array(await changed.jpeg({ quality, chromaSubsampling: quality === QUALITY ? '4:4:4' : '4:2:0' }).toBuffer()),
    extension: 'jpg' as const,
  });
  const edge = Math.min(width, height);
  switch (planting) {
    case 'dark, to a quarter':
      return jpeg(image().linear(0.25, 0));
    case 'low contrast, to a quarter': {
      let sum = 0;
      for (const value of data) sum += value;
      return jpeg(image().linear(0.25, (0.75 * sum) / data.length));
    }
    case 'blurred, by 1.5 % of the edge':
      return jpeg(image().blur(Math.max(0.8, 0.015 * edge)));
    case 'blurred, by 3 % of the edge':
      return jpeg(image().blur(Math.max(0.8, 0.03 * edge)));
    case 'gray':
      return jpeg(image().grayscale().toColourspace('srgb'));
    case 'compressed, quality 8':
      return jpeg(image(), 8);
    case 'compressed, quality 8, kept as PNG':
      return {
        bytes: new Uint8Array(
          await sharp((await jpeg(image(), 8)).bytes)
            .png()
            .toBuffer(),
        ),
        extension: 'png',
      };
    case 'turned by 90°':
      return jpeg(image().rotate(90));
    case 'turned by 180°':
      return jpeg(image().rotate(180));
    case 'turned by 270°':
      return jpeg(image().rotate(270));
    case 'mirrored copy':
      return jpeg(image().flop());
    case 'frame of 6 %': {
      const [x, y] = [Math.max(2, Math.round(0.06 * width)), Math.max(2, Math.round(0.06 * height))];
      const inner = await image()
        .extract({ left: x, top: y, width: width - 2 * x, height: height - 2 * y })
        .toBuffer({ resolveWithObject: true });
      return jpeg(
        sharp(inner.data, { raw: { width: width - 2 * x, height: height - 2 * y, channels: 3 } }).extend({
          top: y,
          bottom: y,
          left: x,
          right: x,
          background: '#f4f1ea',
        }),
      );
    }
    case 'opaque mark':
    case 'mark of half opacity': {
      const input = mark(width, height, planting === 'opaque mark' ? 1 : 0.5);
      const { width: w = 0, height: h = 0 } = await sharp(input).metadata();
      return jpeg(image().composite([{ input, left: width - w - Math.round(0.04 * width), top: height - h - Math.round(0.04 * height) }]));
    }
  }
}
