/** What of the points is in sight: all of them until a person moves it, then what they moved it to. */
import { extentOf, fitted, pan, type Size, toData, toScreen, type View, zoomAbout } from './view-transform.ts';

/** Around all points, and within which a point counts as out of sight; pixels. */
const MARGIN = 46;
const EDGE = 20;

export class Viewport {
  size = $state.raw<Size>({ width: 0, height: 0 });
  view = $state.raw<View | null>(null);
  #positions: Float32Array = new Float32Array(0);
  /** The scale at which all is in sight. */
  #home = 1;
  #untouched = true;
  /** How much nearer than when all is in sight. */
  readonly magnification = $derived(this.view ? this.view.scale / this.#home : 1);

  /** New points are another place: all of them are shown. */
  show(positions: Float32Array): void {
    this.#positions = positions;
    this.showAll();
  }

  /** Untouched, the view goes with the window's size. */
  resize(size: Size): void {
    this.size = size;
    if (this.#untouched) this.showAll();
  }

  showAll(): void {
    const extent = extentOf(this.#positions);
    if (!extent || this.size.width === 0) return;
    const view = fitted(extent, this.size, MARGIN);
    this.#home = view.scale;
    this.#untouched = true;
    this.view = view;
  }

  pan(dx: number, dy: number): void {
    if (this.view) this.#moveTo(pan(this.view, dx, dy));
  }

  /** What lies under the pixel stays under it; without one, what lies in the middle. */
  zoom(factor: number, px = this.size.width / 2, py = this.size.height / 2): void {
    if (this.view) this.#moveTo(zoomAbout(this.view, this.size, px, py, factor));
  }

  /** Brings a point into the middle where it is out of sight. */
  reveal(point: number): void {
    const { view, size } = this;
    if (!view) return;
    const [px, py] = toScreen(view, size, this.#positions[point * 2] as number, this.#positions[point * 2 + 1] as number);
    if (px < EDGE || py < EDGE || px > size.width - EDGE || py > size.height - EDGE) this.pan(size.width / 2 - px, size.height / 2 - py);
  }

  /** In data units; null while nothing is shown. */
  toData(px: number, py: number): [x: number, y: number] | null {
    return this.view && toData(this.view, this.size, px, py);
  }

  #moveTo(view: View): void {
    this.view = view;
    this.#untouched = false;
  }
}
