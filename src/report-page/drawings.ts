/** What a file knows the drawing of a missing combination by, as it knows strips by their variable's column. */
export const drawingId = (combination: number): string => `missing-${combination}`;
