import type { Kind } from '../../contract/report.ts';
import { type Matrix, squaredDistance } from '../linear/matrix.ts';
import { centreOf } from './kinds-tree.ts';

const TYPICAL = 12;
const EDGE = 6;

/**
 * The images nearest to a kind's centre, and those at its edge: where the nearest centre beside it is hardly farther than its own (or
 * nearer). Where nothing is beside it, those farthest from its centre.
 * @param beside images of each kind beside it
 */
export function picturesOf(points: Matrix, members: Uint32Array, beside: readonly Uint32Array[]): Pick<Kind, 'typical' | 'edge'> {
  const centre = centreOf(points, members);
  const others = beside.filter(({ length }) => length > 0).map((images) => centreOf(points, images));
  const { columns, data } = points;
  const measured = Array.from(members, (image) => {
    const own = Math.sqrt(squaredDistance(data, image * columns, centre, 0, columns));
    const other = others.map((there) => Math.sqrt(squaredDistance(data, image * columns, there, 0, columns)));
    return { image, own, margin: (other.length > 0 ? Math.min(...other) : 0) - own };
  });
  const typical = [...measured].sort((a, b) => a.own - b.own || a.image - b.image).slice(0, TYPICAL);
  const shown = new Set(typical.map(({ image }) => image));
  const edge = measured.filter(({ image }) => !shown.has(image)).sort((a, b) => a.margin - b.margin || a.image - b.image);
  return { typical: typical.map(({ image }) => image), edge: edge.slice(0, EDGE).map(({ image }) => image) };
}
