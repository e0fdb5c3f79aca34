/** `exportsyms.uk`: one symbol a line; `none` for a library that exports nothing. */
export function parseExports(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*$/, '').trim())
    .filter((line) => line !== '' && line !== 'none');
}
