/** What the place where a report is shown, the window or a file, gives to its sections: how pictures get there, and what a person can do. */
import { type Component, createContext } from 'svelte';
import type { FactorSummary } from '../contract/report.ts';

export interface PictureProps {
  image: number;
  /** Its path, for whoever cannot see it. */
  label: string;
  /** CSS pixels of its edge; the width that there is where it is left out. */
  size?: number;
}

export interface AlongProps {
  /** Of the variable: a column's name, as in images.parquet. */
  id: string;
  /** Latent vectors (n x latent) along the variable, which the model draws. */
  rows: Float32Array<ArrayBuffer>;
  n: number;
  label: string;
  /** The data's own images at the same values: a column for each. */
  images: readonly (readonly number[])[];
  /** An image's path. */
  name(image: number): string;
}

export interface ReportPlace {
  /** A picture by itself: in the window a click shows it on the map. */
  Picture: Component<PictureProps>;
  /** What the model draws along a variable, and images under it. */
  Along: Component<AlongProps>;
  /** Where a person can name a variable. */
  FactorName: Component<{ factor: FactorSummary }> | null;
  /** Where a person can state what they expect. */
  ExpectationEditor: Component | null;
  /** Where a person can save the weights, or a split. */
  CsvExport: Component<{ what: 'weights' | 'split' }> | null;
  /** Shows a part of the report by its id; in a file its links do. */
  go: ((id: string) => void) | null;
  /** In a file nobody can be counted on to open what is folded: what a section cannot show stands open. */
  file: boolean;
}

export const [reportPlace, setReportPlace] = createContext<ReportPlace>();
