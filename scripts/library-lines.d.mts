export function withoutLibraryLines(text: string): string;
