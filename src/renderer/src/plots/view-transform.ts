/** Where the plane is looked at from: the centre in data units and pixels a unit (the same for x and y, y upwards). */
export interface View {
  x: number;
  y: number;
  scale: number;
}
export interface Extent {
  left: number;
  right: number;
  bottom: number;
  top: number;
}
export interface Size {
  width: number;
  height: number;
}

/** Of x0, y0, x1, y1 ...; values that are not finite do not count. Null where nothing is left. */
export function extentOf(positions: Float32Array): Extent | null {
  const extent = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  for (let i = 0; i + 1 < positions.length; i += 2) {
    const x = positions[i] as number;
    const y = positions[i + 1] as number;
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    if (x < extent.left) extent.left = x;
    if (x > extent.right) extent.right = x;
    if (y < extent.bottom) extent.bottom = y;
    if (y > extent.top) extent.top = y;
  }
  return extent.left <= extent.right ? extent : null;
}

/** The view that shows the whole extent with a margin in pixels. */
export function fitted(extent: Extent, size: Size, margin: number): View {
  const width = Math.max(extent.right - extent.left, 1e-9);
  const height = Math.max(extent.top - extent.bottom, 1e-9);
  const scale = Math.min(Math.max(size.width - 2 * margin, 10) / width, Math.max(size.height - 2 * margin, 10) / height);
  return { x: (extent.left + extent.right) / 2, y: (extent.bottom + extent.top) / 2, scale };
}

export const toScreen = (view: View, size: Size, x: number, y: number): [number, number] => [
  (x - view.x) * view.scale + size.width / 2,
  (view.y - y) * view.scale + size.height / 2,
];

export const toData = (view: View, size: Size, px: number, py: number): [number, number] => [
  (px - size.width / 2) / view.scale + view.x,
  view.y - (py - size.height / 2) / view.scale,
];

/** Scales by a factor so that what lies under the pixel stays under it. */
export function zoomAbout(view: View, size: Size, px: number, py: number, factor: number): View {
  const [x, y] = toData(view, size, px, py);
  const scale = view.scale * factor;
  return { x: x - (px - size.width / 2) / scale, y: y + (py - size.height / 2) / scale, scale };
}

export const pan = (view: View, dx: number, dy: number): View => ({ ...view, x: view.x - dx / view.scale, y: view.y + dy / view.scale });
