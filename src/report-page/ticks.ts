import { ticks } from 'd3-array';

/** So many, or up to two more or less, stand free under a histogram of a report. */
const ABOUT = 3;

/** Round values between the ends: multiples of 1, 2 or 5 times a power of ten. */
export const niceTicks = (low: number, high: number): number[] => ticks(low, high, ABOUT);
