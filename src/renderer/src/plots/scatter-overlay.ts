/** What lies over the points: contours, axes, rings, the lasso. Few marks, so a 2-D canvas does. */
import { ticks } from 'd3-array';
import { percent, number as tick } from '../../../words/format.ts';
import type { Size, View } from './view-transform.ts';
import { toData, toScreen } from './view-transform.ts';

export interface Contours {
  /** share: of the images inside the lines; a line is x0, y0, x1, y1 ... in data units. */
  levels: { share: number; lines: Float32Array[] }[];
}
export interface OverlayState {
  view: View | null;
  size: Size;
  positions: Float32Array;
  contours: Contours | null;
  selection: Uint32Array;
  focus: number | null;
  hovered: number | null;
  lasso: number[];
  ticks: boolean;
}
/** More rings than this would hide the points they mark. */
const MOST_RINGS = 40;

export function paint(canvas: HTMLCanvasElement, state: OverlayState): void {
  const { view, size } = state;
  const ratio = devicePixelRatio;
  if (size.width === 0) return;
  canvas.width = Math.round(size.width * ratio);
  canvas.height = Math.round(size.height * ratio);
  const context = canvas.getContext('2d');
  if (!context || !view) return;
  const style = getComputedStyle(canvas);
  const token = (name: string) => style.getPropertyValue(name).trim();
  context.scale(ratio, ratio);
  context.font = `11px ${token('--sans')}`;
  if (state.contours) contours(context, state.contours, view, size, token);
  if (state.ticks) axes(context, view, size, token);

  const ring = (image: number, radius: number, colour: string, width: number) => {
    const [x, y] = toScreen(view, size, state.positions[image * 2] as number, state.positions[image * 2 + 1] as number);
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
  };
  if (state.selection.length <= MOST_RINGS) for (const image of state.selection) ring(image, 6, token('--ink'), 1.2);
  if (state.hovered !== null) ring(state.hovered, 7, token('--ink'), 1.5);
  if (state.focus !== null) {
    ring(state.focus, 9, token('--sheet'), 5);
    ring(state.focus, 9, token('--signal'), 2.5);
  }
  if (state.lasso.length >= 4) {
    context.beginPath();
    for (let i = 0; i < state.lasso.length; i += 2) context.lineTo(state.lasso[i] as number, state.lasso[i + 1] as number);
    context.closePath();
    context.globalAlpha = 0.12;
    context.fillStyle = token('--accent');
    context.fill();
    context.globalAlpha = 1;
    context.setLineDash([5, 4]);
    context.lineWidth = 1.5;
    context.strokeStyle = token('--accent');
    context.stroke();
    context.setLineDash([]);
  }
}

type Token = (name: string) => string;

function contours(context: CanvasRenderingContext2D, { levels }: Contours, view: View, size: Size, token: Token): void {
  for (const { share, lines } of levels) {
    context.strokeStyle = token('--ink-2');
    context.globalAlpha = 0.35 + 0.5 * (1 - share);
    context.lineWidth = 1;
    let [labelX, labelY] = [0, Infinity];
    for (const line of lines) {
      context.beginPath();
      for (let i = 0; i < line.length; i += 2) {
        const [x, y] = toScreen(view, size, line[i] as number, line[i + 1] as number);
        context.lineTo(x, y);
        if (y < labelY) [labelX, labelY] = [x, y];
      }
      context.stroke();
    }
    context.globalAlpha = 1;
    if (Number.isFinite(labelY)) written(context, percent(share, 0), labelX, labelY - 4, 'center', token);
  }
}

/** Pixels from mark to mark, about. */
const SPACING = 110;

/** Marks at round values along the lower and left edge. */
function axes(context: CanvasRenderingContext2D, view: View, size: Size, token: Token): void {
  const [left, top] = toData(view, size, 0, 0);
  const [right, bottom] = toData(view, size, size.width, size.height);
  context.strokeStyle = token('--hair-strong');
  context.lineWidth = 1;
  context.beginPath();
  for (const value of ticks(left, right, size.width / SPACING)) {
    const [x] = toScreen(view, size, value, 0);
    if (x < 44 || x > size.width - 30) continue;
    context.moveTo(x, size.height);
    context.lineTo(x, size.height - 5);
    written(context, tick(value), x, size.height - 9, 'center', token);
  }
  for (const value of ticks(bottom, top, size.height / SPACING)) {
    const [, y] = toScreen(view, size, 0, value);
    if (y < 16 || y > size.height - 44) continue;
    context.moveTo(0, y);
    context.lineTo(5, y);
    written(context, tick(value), 9, y + 4, 'left', token);
  }
  context.stroke();
}

/** Text with a halo of the ground, so that it reads over points. */
function written(context: CanvasRenderingContext2D, text: string, x: number, y: number, align: CanvasTextAlign, token: Token): void {
  context.textAlign = align;
  context.lineWidth = 3;
  const kept = context.strokeStyle;
  context.strokeStyle = token('--sheet');
  context.strokeText(text, x, y);
  context.fillStyle = token('--ink-2');
  context.fillText(text, x, y);
  context.strokeStyle = kept;
  context.lineWidth = 1;
}
