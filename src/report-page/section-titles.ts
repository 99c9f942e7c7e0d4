/** The report's sections in their order: what a reader acts on first, what it rests on last. */
import { m } from '../messages/messages.js';

export const sectionTitles = {
  composition: () => m.report_section_composition(),
  missing: () => m.report_section_missing(),
  groups: () => m.report_section_groups(),
  latents: () => m.report_section_latents(),
  attributes: () => m.report_section_attributes(),
  damage: () => m.report_section_damage(),
  independence: () => m.report_section_independence(),
  subfolders: () => m.report_section_subfolders(),
  outliers: () => m.report_section_outliers(),
  expectations: () => m.report_section_expectations(),
  weights: () => m.report_section_weights(),
  diversity: () => m.report_section_diversity(),
  dimension: () => m.report_section_dimension(),
  density: () => m.report_section_density(),
  fit: () => m.report_section_fit(),
  provenance: () => m.report_section_provenance(),
};
export type SectionId = keyof typeof sectionTitles;
export const sectionIds = Object.keys(sectionTitles) as SectionId[];
