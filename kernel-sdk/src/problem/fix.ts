/** Changes that mend a problem, in the words of a menu. */
import type { Fix, Position, Range } from './index';

/** One fix, as the list that a problem takes. */
export function replacement(range: Range, newText: string): readonly Fix[] {
  const shown = /^['"]/.test(newText) ? newText : `'${newText}'`;
  return [{ title: `Replace with ${shown}`, changes: [{ range, newText }] }];
}

export function insertion(at: Position, newText: string): readonly Fix[] {
  return [{ title: `Add '${newText.trim()}'`, changes: [{ range: { start: at, end: at }, newText }] }];
}

export function removal(range: Range, what: string): readonly Fix[] {
  return [{ title: `Remove ${what}`, changes: [{ range, newText: '' }] }];
}
