import type { SkippedImage, SourceNote, StudyManifest } from '../../contract/study.ts';
import type { ImageReference } from './image-reference.ts';
import type { SampleArray, SampleType } from './number-type.ts';

export type SourceKind = StudyManifest['source']['kind'];

/** Raw pixels that need no decoding. */
export interface PixelArray {
  height: number;
  width: number;
  channels: 1 | 3;
  /** How its numbers are stored; all but 'uint8' are seen through a window. */
  type: SampleType;
  /** The number that is certainly white, black being 0; null: nothing says it. */
  white: number | null;
  /** Bytes that are all 0 or 1. */
  binary: boolean;
  /** height x width x channels numbers of one image. */
  read(position: number): SampleArray;
}

/** Of an .npz this array and no other; null: chosen by names and shapes. */
export type ArrayChoice = string | null;

/** Everything a source holds, before anything is decoded. */
export interface Source {
  kind: SourceKind;
  name: string;
  path: string;
  /** In natural order of their paths. */
  images: ImageReference[];
  skipped: SkippedImage[];
  /** What was decided while reading that a person would want to know. */
  notes: SourceNote[];
  /** Empty files of labels, which lie beside images and are none. */
  beside?: number;
  /** SHA-256 over one line an image: path, tab, bytes. */
  listingSha256: string;
  /** For sources of raw pixels. */
  array: PixelArray | null;
  /**
   * The images' encoded bytes, in their order; no image's fault is another's. Not for raw pixels. `most`: the first so many bytes of each
   * will do; a source may give more.
   */
  read(images: readonly ImageReference[], most?: number): Promise<PromiseSettledResult<Uint8Array>[]>;
}
