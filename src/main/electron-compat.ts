/**
 * Where Electron 22 (Chromium 108, Node 16) and the current one differ; everything else in main is written for both.
 * The preload's one difference, the path of a dropped File, is in preload/dropped-path.ts, which loads nothing of Node.
 */
import { PassThrough, Readable } from 'node:stream';
import type { Protocol } from 'electron';

export interface ProtocolAnswer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

interface OldProtocol {
  registerStreamProtocol(
    scheme: string,
    handler: (
      request: { url: string; method: string },
      callback: (response: { statusCode: number; headers: Record<string, string>; data: NodeJS.ReadableStream }) => void,
    ) => void,
  ): boolean;
}

/** Serves a scheme: `protocol.handle` since Electron 25, a registered stream before (a buffer there takes no status). */
export function serveScheme(protocol: Protocol, scheme: string, answer: (url: string, method: string) => Promise<ProtocolAnswer>): void {
  if (typeof protocol.handle === 'function') {
    protocol.handle(scheme, async (request) => {
      const { status, headers, body } = await answer(request.url, request.method);
      return new Response(body as Uint8Array<ArrayBuffer>, { status, headers });
    });
    return;
  }
  (protocol as unknown as OldProtocol).registerStreamProtocol(scheme, (request, callback) => {
    answer(request.url, request.method).then(
      ({ status, headers, body }) => {
        const data = new PassThrough();
        data.end(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
        callback({ statusCode: status, headers, data });
      },
      (error: unknown) => {
        console.error(error);
        callback({ statusCode: 500, headers: {}, data: Readable.from([]) });
      },
    );
  });
}
