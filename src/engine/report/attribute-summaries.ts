import type { AttributeName, AttributeSummary } from '../../contract/report.ts';
import { histogramOf, moments, quantile, varies } from '../statistics/histogram.ts';

const BINS = 32;

/** Histogram, mean and quantiles of each attribute. */
export function summariseAttributes(columns: Map<AttributeName, Float32Array>): AttributeSummary[] {
  return [...columns].map(([name, values]) => {
    const sorted = Float32Array.from(values).sort();
    const { mean, standardDeviation } = moments(values);
    return {
      name,
      histogram: histogramOf(values, BINS),
      mean,
      median: quantile(sorted, 0.5),
      p05: quantile(sorted, 0.05),
      p95: quantile(sorted, 0.95),
      ...(varies(values) ? { standardDeviation } : {}),
    };
  });
}
