/** Where one image's bytes or pixels come from, before anything is decoded. */

interface Located {
  /** Path relative to the source, with forward slashes; for arrays `#000123`. */
  path: string;
  /** The subfolder's name, '' where there is none. Colours and checks only. */
  label: string;
  bytes: number;
}
/** An encoded file on disk. */
export interface FileImage extends Located {
  kind: 'file';
  /** Bytes where the name is no UTF-8. */
  file: string | Buffer;
}
/** An encoded entry of a zip. */
export interface ZipImage extends Located {
  kind: 'zip';
  /** Its place in the zip's directory: names may be alike. */
  entry: number;
}
/** Raw uint8 pixels inside an IDX, NPY, NPZ or CIFAR file. */
export interface ArrayImage extends Located {
  kind: 'array';
  position: number;
}
export type ImageReference = FileImage | ZipImage | ArrayImage;
