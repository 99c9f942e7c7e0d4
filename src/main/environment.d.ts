/** What the build tells main. */
interface ImportMeta {
  readonly env: { readonly DEV: boolean };
}
