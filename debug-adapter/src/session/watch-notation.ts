/** How a watch asks for hexadecimal: `total,x`, as users of other debuggers write it. */

const SUFFIX = /^(.*\S)\s*,\s*[xh]\s*$/s;

/** The expression without its suffix, and whether it had one. */
export function readWatch(text: string): { readonly expression: string; readonly isHex: boolean } {
  const expression = SUFFIX.exec(text)?.[1];
  return expression === undefined ? { expression: text, isHex: false } : { expression, isHex: true };
}
