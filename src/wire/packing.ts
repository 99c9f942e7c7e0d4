import { Packr } from 'msgpackr';

/** Typed arrays travel as bytes; maps come back as objects; no shared record state, so that frames stand alone. */
const packr = new Packr({ moreTypes: true, useRecords: false, int64AsType: 'number' });

export const pack = (value: unknown): Buffer => packr.pack(value);
export const unpack = (bytes: Uint8Array): unknown => packr.unpack(bytes);
