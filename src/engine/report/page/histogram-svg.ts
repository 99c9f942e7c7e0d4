import type { Histogram } from '../../../contract/report.ts';
import { escapeHtml } from './text.ts';

const WIDTH = 360;
const PLOT = 74;
const LEFT = 40;
const TOP = 12;
const AXIS = 30;

export interface HistogramLabels {
  /** What the drawing shows, for a screen reader. */
  description: string;
  /** The horizontal axis, with its unit. */
  axis: string;
  /** The vertical axis. */
  vertical: string;
  number(value: number): string;
}

/** A histogram as inline SVG with axes. Bars wholly beyond `inner` take the signal colour; `mark` is a dashed line, with its name. */
export function histogramSvg(
  { edges, counts }: Histogram,
  labels: HistogramLabels,
  options: { inner?: [number, number]; mark?: { at: number; name: string } } = {},
): string {
  const low = edges[0] as number;
  const high = edges[edges.length - 1] as number;
  const greatest = Math.max(1, ...counts);
  const x = (value: number) => round(LEFT + ((value - low) / (high - low || 1)) * (WIDTH - LEFT - 8));
  const y = (value: number) => round(TOP + PLOT * (1 - value / greatest));
  const bars = counts.map((value, i) => {
    const [from, to] = [x(edges[i] as number), x(edges[i + 1] as number)];
    const outside = options.inner && ((edges[i + 1] as number) <= options.inner[0] || (edges[i] as number) >= options.inner[1]);
    return value === 0
      ? ''
      : `<rect class="${outside ? 'bar out' : 'bar'}" x="${from}" y="${y(value)}" width="${round(Math.max(0.6, to - from - 0.7))}" height="${round(TOP + PLOT - y(value))}"/>`;
  });
  const ticks = niceTicks(low, high).map(
    (value) =>
      `<path class="tick" d="M${x(value)} ${TOP + PLOT}v4"/><text class="tick-text" x="${x(value)}" y="${TOP + PLOT + 14}" text-anchor="middle">${escapeHtml(labels.number(value))}</text>`,
  );
  const { mark } = options;
  const marked =
    mark && mark.at >= low && mark.at <= high
      ? `<path class="mark" d="M${x(mark.at)} ${TOP - 2}V${TOP + PLOT}"/><text class="mark-text" x="${x(mark.at)}" y="${TOP - 4}" text-anchor="${x(mark.at) > WIDTH * 0.75 ? 'end' : x(mark.at) < WIDTH * 0.25 ? 'start' : 'middle'}">${escapeHtml(mark.name)}</text>`
      : '';
  return `<svg class="histogram" viewBox="0 0 ${WIDTH} ${TOP + PLOT + AXIS}" role="img" aria-label="${escapeHtml(labels.description)}">
<path class="axis" d="M${LEFT} ${TOP}V${TOP + PLOT}H${WIDTH - 8}"/>
<text class="tick-text" x="${LEFT - 5}" y="${TOP + 4}" text-anchor="end">${escapeHtml(labels.number(greatest))}</text><text class="tick-text" x="${LEFT - 5}" y="${TOP + PLOT}" text-anchor="end">0</text>
<text class="axis-text" transform="translate(9 ${TOP + PLOT / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(labels.vertical)}</text>
${bars.join('')}${ticks.join('')}${marked}
<text class="axis-text" x="${(LEFT + WIDTH - 8) / 2}" y="${TOP + PLOT + AXIS - 3}" text-anchor="middle">${escapeHtml(labels.axis)}</text></svg>`;
}

/** Three to six round values between the ends: steps of 1, 2 or 5 times a power of ten. */
export function niceTicks(low: number, high: number): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) as number) * power;
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

const round = (value: number): number => Math.round(value * 100) / 100;
