/** What app:// answers: the page under app://sonde, thumbnails under app://study. */
import type { ProtocolAnswer } from './electron-compat.ts';
import { refusal, servePageFile } from './page-files.ts';
import type { Studies } from './studies.ts';
import { serveThumbnail, type ThumbnailFiles } from './thumbnails.ts';

export const SCHEME = 'app';
export const PAGE = `${SCHEME}://sonde/index.html`;

export interface ProtocolRooms {
  /** The folder of the built page. */
  page: string;
  studies: Studies;
  thumbnails: ThumbnailFiles;
}

export async function answerProtocol(
  { page, studies, thumbnails }: ProtocolRooms,
  address: string,
  method: string,
): Promise<ProtocolAnswer> {
  if (method !== 'GET') return refusal(405);
  const url = new URL(address);
  if (url.host === 'sonde') return servePageFile(page, url.pathname);
  if (url.host === 'study') return serveThumbnail(studies, thumbnails, url.pathname);
  return refusal(404);
}

/** Whether a frame is the page itself, whose calls alone are answered. */
export const isPage = (address: string): boolean => address.startsWith(`${SCHEME}://sonde/`);
