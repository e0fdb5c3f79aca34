/** What the text of an expression, or GDB's rendering of its value, says about the value. */

/** Renderings longer than this are cut, in characters. */
const SUMMARY_LIMIT = 240;

/** `{1, 2, 3}`, not `{x = 1, y = 2}` nor a class with its bases, `{<Base> = {x = 1}, y = 2}`. */
export function isArray(value: string): boolean {
  return value.startsWith('{') && !/^\{(<.*> = |[\w$.]+ = )/.test(value);
}

export function isPointer(value: string): boolean {
  return /^(\([^)]*\*\) )?0x[0-9a-f]+( <[^>]*>)?$/.test(value);
}

export function isNull(value: string): boolean {
  return /^(\([^)]*\*\) )?0x0$/.test(value);
}

/** What a pointer is shown as, and a number, too, where a user has GDB show numbers so. */
export function isHexadecimal(value: string): boolean {
  return /^0x[0-9a-f]+$/.test(value);
}

/** `unsigned long`, `const char`: a type's name alone tells no more where it is a program's own. */
export function isPlainNumber(type: string): boolean {
  return /^((const|volatile|signed|unsigned|char|short|int|long|_Bool|bool|__int128)( |$))+$/.test(type);
}

/** A `char *` that GDB shows with its text. */
export function isText(value: string): boolean {
  return /^0x[0-9a-f]+ (<[^>]*> )?"/.test(value);
}

/** A number that another notation would show otherwise: `5`, `-1`, `97 'a'`. */
export function isInteger(value: string): boolean {
  return /^-?\d+( '.*')?$/.test(value);
}

/** What a variable object says of a structure, an array or a reference to one, whose content it leaves out. */
export function isCompound(value: string): boolean {
  return /^(\{\.\.\.\}|\[\d+\]|@0x[0-9a-f]+)$/.test(value);
}

/** The address that the rendering of a pointer, or of a function (`{int (int)} 0x10 <f>`), has; undefined for others. */
export function pointedTo(value: string): string | undefined {
  const address = /^(?:\([^)]*\*\) |\{[^{}=]*\([^{}=]*\)\} )?(0x[0-9a-f]+)(?: |$)/.exec(value)?.[1];
  return address === undefined || address === '0x0' ? undefined : address;
}

export function cut(value: string): string {
  return value.length > SUMMARY_LIMIT ? `${value.slice(0, SUMMARY_LIMIT)}…` : value;
}

/** Whether a value's text is only its beginning: {@link cut}, or GDB left elements out. */
export function isShortened(value: string): boolean {
  return /…$|\.\.\.|<repeats \d+ times>/.test(value);
}

/**
 * Whether evaluating an expression may change the guest: it assigns or calls. A variable object evaluates
 * its expression again at every update, which must not happen to these.
 */
export function hasEffect(expression: string): boolean {
  const text = expression.replace(/\bsizeof\b/g, '').replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '');
  return /[^=!<>]=(?!=)|<<=|>>=|\+\+|--|\w\s*\(/.test(text);
}
