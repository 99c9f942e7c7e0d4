import type { BiasReport } from '../../contract/report.ts';
import { adviceWords, findingWords, nextWords, silenceWords } from '../../words/findings.ts';
import { imageWords } from '../../words/words.ts';

const NAMES = 6;

/** The report's first page for a terminal: each finding with images by their names and what to do, then what is not claimed. */
export function findingsText(report: BiasReport): string {
  const lines = report.findings.flatMap((finding) => {
    const named = finding.images
      .flat()
      .slice(0, NAMES)
      .map((image) => imageWords(report, image));
    return [
      `* ${findingWords(finding, report)}`,
      ...(named.length > 0 ? [`  ${named.join(', ')}`] : []),
      `  ${nextWords[finding.next]()} ${adviceWords[finding.kind]()}`,
    ];
  });
  return [...lines, ...report.silences.map((silence) => `- ${silenceWords(silence)}`)].join('\n');
}
