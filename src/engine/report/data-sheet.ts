/**
 * The report as a Markdown summary for a paper's data sheet: those questions of Datasheets for Datasheets (Gebru et al., Communications of the
 * ACM 64, 2021) that pixels can answer, in the words of the report.
 */
import type { Finding, Silence } from '../../contract/findings.ts';
import type { BiasReport } from '../../contract/report.ts';
import { m } from '../../messages/messages.js';
import { getLocale, setLocale } from '../../messages/runtime.js';
import { densityWords, dimensionWords, samplesWords, unseenWords } from '../../words/figures.ts';
import { findingWords, silenceWords } from '../../words/findings.ts';
import { count, intervalWords, moment, number, percent } from '../../words/format.ts';
import {
  axisWords,
  channelWords,
  featureWords,
  imageWords,
  nameWords,
  noteWords,
  skipCountWords,
  sourceWords,
  standsOnWords,
} from '../../words/words.ts';

type Question = 'represent' | 'total' | 'sample' | 'instance' | 'missing' | 'errors' | 'splits' | 'uses';

/** Which question a finding answers. The composition is told with names, since a page of text holds no picture. */
const asked: Record<Finding['kind'], Question | null> = {
  composition: null,
  'two-kinds': 'represent',
  copies: 'total',
  bursts: 'total',
  expectation: 'sample',
  missing: 'sample',
  follows: 'instance',
  unreadable: 'missing',
  damage: 'errors',
  attribute: 'errors',
  leak: 'splits',
  mislabelled: 'splits',
  shortcut: 'splits',
  'nothing-learnt': 'uses',
};
/** And what was looked for without one. How much was not seen yet is told with its figures. */
const unanswered: Record<Silence['about'], Question | null> = {
  composition: 'represent',
  'two-kinds': 'represent',
  copies: 'total',
  bursts: 'total',
  clusters: 'errors',
  missing: 'sample',
  unseen: null,
  damage: 'errors',
  attributes: 'errors',
  outliers: 'errors',
  groups: 'errors',
  leaks: 'splits',
  shortcuts: 'splits',
  labels: 'splits',
};

/** @returns Markdown that ends with a line's end */
export function dataSheet(report: BiasReport, locale: 'en' | 'ko'): string {
  const before = getLocale();
  // Writing is synchronous: nobody else speaks meanwhile.
  setLocale(locale, { reload: false });
  try {
    return `${[...head(report), ...questions(report), ...end(report)].join('\n\n')}\n`;
  } finally {
    setLocale(before, { reload: false });
  }
}

/** A name from outside may hold Markdown, or HTML, which Markdown lets through. */
const plain = (text: string): string => text.replace(/[\\`*_[\]<>#|~]/g, '\\$&');
const list = (lines: readonly string[]): string =>
  lines
    .filter((line) => line !== '')
    .map((line) => `- ${plain(line)}`)
    .join('\n');

function head({ name, createdAt, provenance }: BiasReport): string[] {
  const version = provenance.versions.sonde ?? '';
  return [`# ${plain(m.sheet_title({ name: nameWords(name) }))}`, plain(m.sheet_lead({ version, date: moment(createdAt) }))];
}

function questions(report: BiasReport): string[] {
  const { provenance, image, attributes } = report;
  const said = (question: Question) => [
    ...report.findings.filter(({ kind }) => asked[kind] === question).map((finding) => findingWords(finding, report)),
    ...report.silences.filter(({ about }) => unanswered[about] === question).map(silenceWords),
  ];
  const answers: [question: string, lines: string[]][] = [
    [m.sheet_represent(), [...kinds(report), ...said('represent')]],
    [
      m.sheet_total(),
      [m.images_count({ count: provenance.images, number: count(provenance.images) }), ...said('total'), dimensionWords(report)],
    ],
    [m.sheet_sample(), [unseenWords(report), ...said('sample'), densityWords(report)]],
    [
      m.sheet_instance(),
      [
        `${m.report_source()}: ${sourceWords(provenance.sourceKind)}`,
        `${m.report_image_format()}: ${m.unit_pixels({ width: String(image.size), height: String(image.size) })}, ${channelWords(image.channels)}`,
        ...attributes.map(({ name, median, p05, p95 }) =>
          m.sheet_attribute({
            name: featureWords(name),
            axis: axisWords[name](),
            median: number(median),
            low: number(p05),
            high: number(p95),
          }),
        ),
        ...said('instance'),
      ],
    ],
    [
      m.sheet_missing(),
      [
        m.sheet_skipped({ count: provenance.skipped, number: count(provenance.skipped) }),
        provenance.skippedBy && provenance.skipped > 0 ? skipCountWords(provenance.skippedBy) : '',
        ...said('missing'),
      ],
    ],
    [m.sheet_errors(), said('errors')],
    [m.sheet_splits(), said('splits')],
    [m.sheet_preprocessing(), [m.sheet_read_as(), ...provenance.notes.map(noteWords)]],
    [m.sheet_uses(), [...said('uses'), samplesWords(report), m.sheet_no_verdict()]],
  ];
  return answers.flatMap(([question, lines]) => [`## ${plain(question)}`, list(lines.length > 0 ? lines : [m.sheet_nothing()])]);
}

/** The kinds that all images fall into first, each with the name of an image. */
function kinds(report: BiasReport): string[] {
  return (report.composition?.kinds ?? [])
    .filter(({ parent }) => parent === 0)
    .map(({ share, rest, typical }) => {
      const written = (value: number) => percent(value, 0);
      const [example] = typical;
      const text = m.sheet_kind({
        share: written(share.value),
        range: intervalWords(share, written),
        example: example === undefined ? '' : imageWords(report, example),
      });
      return rest ? `${m.kind_rest()}: ${text}` : text;
    });
}

function end({ provenance }: BiasReport): string[] {
  return [
    `## ${plain(m.sheet_left())}`,
    plain(m.sheet_left_which()),
    `## ${plain(m.report_section_provenance())}`,
    list([
      `${m.report_seed()}: ${provenance.seed}`,
      `${m.report_listing_hash()}: ${provenance.listingSha256 ?? m.value_unknown()}`,
      `${m.report_model_hash()}: ${provenance.modelSha256 ?? m.value_unknown()}`,
      `${m.report_versions()}: ${Object.entries(provenance.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ')}`,
      ...(provenance.standsOn ? standsOnWords(provenance.standsOn) : []),
    ]),
  ];
}
