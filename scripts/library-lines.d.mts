export class LibraryLines {
  constructor(write: (text: string) => void);
  take(text: string): void;
  end(): void;
}
