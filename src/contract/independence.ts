/** How many independent images a folder holds. docs/method/independence.md says how it is known. */
import { z } from 'zod';
import { estimate } from './figures.ts';

const count = z.number().int().min(0);
const imageIndex = count;

export const independence = z.object({
  images: count,
  /** Sets of images that hang together, single images among them. */
  clusters: count,
  /** Whether images that lie near each other are more alike than chance would have it, by each order that is known. */
  orders: z.array(
    z.object({
      by: z.enum(['name', 'time']),
      /** Nearest in features within one sequence, those of them within four places, and how many chance would put there. */
      pairs: count,
      near: count,
      expected: z.number(),
      pValue: z.number(),
      /** Pairs that were joined as a burst. */
      joined: count,
    }),
  ),
  /** Clusters of more than one picture, and their images. */
  bursts: count,
  inBursts: count,
  /** Intraclass correlation of the features, and how many independent images the folder is worth. null where no two images hang together. */
  correlation: estimate.nullable(),
  effective: estimate.nullable(),
  /** The largest bursts. */
  largest: z.array(z.object({ count, images: z.array(imageIndex) })),
});
export type Independence = z.infer<typeof independence>;
