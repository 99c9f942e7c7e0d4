/** Read by vite-plugin-svelte and svelte-check. Runes everywhere; no preprocessor: Svelte 5 reads TypeScript by itself. */
export default { compilerOptions: { runes: true } };
