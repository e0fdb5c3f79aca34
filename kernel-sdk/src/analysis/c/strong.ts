/** Definitions of functions that a linker takes for the only ones: nothing makes them weak, local or another name. */
import { fileKind } from '../../project';
import type { Including } from './headers';
import { scopeOf } from './scope';

/** Words beside a function's name by which it is no plain symbol, or may be none. */
const UNUSUAL = /^(?:static|_*inline_*|_*asm_*|_*attribute_*|_*alias_*|_Pragma|__declspec)$/;
/** What makes a symbol weak, or another one, from any place in a file. */
const FROM_AFAR =
  /#\s*pragma\s+(?:weak|redefine_extname|GCC\s+visibility)|_Pragma|\.(?:weak|symver|hidden)\b/;

/**
 * Whether a C source surely defines a function strongly in a configuration, and under its own name.
 *
 * @param defined Macros of the command line.
 */
export function definesStrongly(
  including: Including,
  path: string,
  name: string,
  defined: ReadonlySet<string>,
): boolean {
  const scope = fileKind(path) === 'c' ? scopeOf(including, path, false) : undefined;
  if (scope === undefined || !scope.isComplete || including.configuration === undefined) return false;
  const isMacro = (word: string) => defined.has(word) || scope.macro(word).length > 0;
  if (isMacro(name) || scope.isOdd(name)) return false;
  const bodies = scope.facts.functions.get(name)?.filter(({ hasBody }) => hasBody) ?? [];
  const counting = bodies.filter(({ block }) => scope.states[block] !== 'no');
  if (counting.length !== 1 || counting.some(({ block }) => scope.states[block] !== 'yes')) return false;
  // Weak or static in one declaration is so in all of them.
  return scope.declarations(name).every(({ path: file, isLocal, isWeak, start }) => {
    const text = including.workspace.files.readText(file);
    if (text === undefined || isLocal || isWeak || FROM_AFAR.test(text)) return false;
    const words = wordsAround(text, start, name);
    return words?.every((word) => !UNUSUAL.test(word) && !isMacro(word)) === true;
  });
}

/** Comments and directives; what is in quotes is none. */
const NO_CODE = /"(?:[^"\\\n]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/[^\n]*|^[ \t]*#(?:[^\n\\]|\\[\s\S])*/gm;

/**
 * Names of a declaration, or of a definition's head, but the function's own and those of its parameters; undefined where
 * it is not there.
 */
function wordsAround(text: string, start: number, name: string): readonly string[] | undefined {
  const code = text.replace(NO_CODE, (part) => (part.startsWith('"') ? part : ' '.repeat(part.length)));
  if (code.slice(start, start + name.length) !== name) return undefined;
  const before = /[^;{}]*$/.exec(code.slice(0, start))?.[0] ?? '';
  const after = /^[^;{]*/.exec(code.slice(start + name.length))?.[0] ?? '';
  return `${before} ${after.slice(closed(after))}`.match(/[A-Za-z_]\w*/g) ?? [];
}

/** The place after the first parentheses; 0 where they are not there. */
function closed(text: string): number {
  let depth = 0;
  for (let at = text.indexOf('('); at >= 0 && at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at + 1;
  }
  return 0;
}
