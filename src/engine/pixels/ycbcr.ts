/** Rec. 601, full range (ISO 15444-1, annex M.11.7.3: sYCC; DICOM PS3.3, C.7.6.3.1.2: YBR_FULL). pixels x 3; writes over its argument. */
export function ycbcrToRgb(data: Uint8Array): void {
  const clamp = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));
  for (let i = 0; i < data.length; i += 3) {
    const [y, cb, cr] = [data[i] as number, (data[i + 1] as number) - 128, (data[i + 2] as number) - 128];
    data[i] = clamp(y + 1.402 * cr);
    data[i + 1] = clamp(y - 0.344136 * cb - 0.714136 * cr);
    data[i + 2] = clamp(y + 1.772 * cb);
  }
}
