/** Which axis of an array is which: read where there is one answer, otherwise refused with the line of numpy that says it. */

/** Strides in numbers, not bytes. */
export interface ArrayLayout {
  count: number;
  height: number;
  width: number;
  channels: 1 | 3;
  strides: { image: number; row: number; column: number; channel: number };
}

type Axes = [image: number, row: number, column: number, channel: number | null];

const isChannels = (edge: number): boolean => edge === 1 || edge === 3;
const save = (line: string): string => `np.save('images.npy', ${line})`;

/** @throws Error that says why the shape holds no images that are certain, and the numpy line that mends it; `a` is the array */
function axesOf(shape: readonly number[]): Axes {
  const [first = 0, second = 0, third = 0, fourth = 0] = shape;
  const text = shape.join(' x ') || 'a single number';
  switch (shape.length) {
    case 0:
    case 1:
      throw new Error(`it is ${text}: one number for each image, as labels are, and no images`);
    case 2: {
      const edge = Math.round(Math.sqrt(second));
      const line = edge * edge === second ? `a.reshape(-1, ${edge}, ${edge})` : 'a.reshape(-1, HEIGHT, WIDTH)';
      throw new Error(`it is ${text}: one image, or a row for each; say which height and width they have with ${save(line)}`);
    }
    case 3:
      if (third <= 4)
        throw new Error(`it is ${text}: a single image, or images ${third} wide; of many images, ${save('np.stack(images)')}`);
      if (first === second && third > 2 * first)
        throw new Error(
          `it is ${text}: the images may lie along the last axis; if so, ${save('np.moveaxis(a, -1, 0)')}, if not, ${save('a[..., None]')}`,
        );
      return [0, 1, 2, null];
    case 4: {
      const last = isChannels(fourth);
      const early = isChannels(second);
      if (last && !(early && second > 1 && third === fourth)) return [0, 1, 2, 3];
      if (early && !last) return [0, 2, 3, 1];
      if (last && early)
        throw new Error(`it is ${text}: the channels may be the second or the last axis; save it with all images wider than 4`);
      if (isChannels(third)) throw new Error(`it is ${text}: the images lie along the last axis; ${save('np.moveaxis(a, -1, 0)')}`);
      if (fourth === 4) throw new Error(`it is ${text}: four channels; if the fourth is alpha, ${save('a[..., :3]')}`);
      throw new Error(`it is ${text}, with neither 1 nor 3 channels; choose what to look at, as with ${save('a[..., 0]')}`);
    }
    default:
      throw new Error(
        `it is ${text}: ${shape.length} axes; images have N x H x W or N x H x W x 3: of volumes, ${save('a[:, a.shape[1] // 2]')}`,
      );
  }
}

/** @throws Error as axesOf */
export function layoutOf(shape: readonly number[], fortran: boolean): ArrayLayout {
  if (shape.some((edge) => !Number.isSafeInteger(edge) || edge < 0)) throw new Error(`its shape, ${shape.join(' x ')}, is none`);
  const [image, row, column, channel] = axesOf(shape);
  const strides = shape.map(() => 1);
  const order = shape.map((_, axis) => axis);
  if (!fortran) order.reverse();
  let stride = 1;
  for (const axis of order) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  const along = (axis: number | null, of: readonly number[]) => (axis === null ? 1 : (of[axis] as number));
  const layout = {
    count: along(image, shape),
    height: along(row, shape),
    width: along(column, shape),
    channels: along(channel, shape) as 1 | 3,
    strides: {
      image: along(image, strides),
      row: along(row, strides),
      column: along(column, strides),
      channel: channel === null ? 0 : along(channel, strides),
    },
  };
  if (layout.count * layout.height * layout.width === 0) throw new Error(`it is ${shape.join(' x ')}: it holds nothing`);
  return layout;
}
