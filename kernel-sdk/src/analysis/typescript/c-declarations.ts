/** The functions and the names of types that a C header declares, under whatever condition: enough to hold calls to. */

export interface CType {
  /** As written, without the name of what has it: `const char *`. */
  readonly text: string;
  /** Of anything: a function and an array as well. */
  readonly isPointer: boolean;
  /** The words without qualifiers, what it points to included: `unsigned long`, `struct uk_alloc`. */
  readonly words: readonly string[];
}

export interface CParameter {
  readonly name?: string;
  readonly type: CType;
}

export interface CFunction {
  readonly name: string;
  readonly parameters: readonly CParameter[];
  readonly isVariadic: boolean;
  readonly returns: CType;
  /** It has its body here, and no symbol of its own. */
  readonly isInline: boolean;
  /** The comment before it, in one line. */
  readonly documentation?: string;
}

export interface CDeclarations {
  readonly functions: readonly CFunction[];
  /** Undefined where several are declared, of which a condition picks one. */
  readonly typedefs: ReadonlyMap<string, CType | undefined>;
  /** As written between the angle brackets or quotation marks. */
  readonly includes: readonly string[];
}

/** People write headers: a longer text, in UTF-16 code units, is something else. */
const TEXT_LIMIT = 2_000_000;

const QUALIFIERS: ReadonlySet<string> = new Set([
  ...['const', 'volatile', 'restrict', '__restrict', '__restrict__', '__const', '__volatile__', '_Atomic'],
  ...['extern', 'static', 'inline', '__inline', '__inline__', 'register', '_Noreturn', 'noreturn'],
  ...['__extension__', 'auto', '_Thread_local', 'constexpr'],
]);

export const BASIC_WORDS: ReadonlySet<string> = new Set([
  ...['void', 'char', 'short', 'int', 'long', 'float', 'double', 'signed', 'unsigned', '__signed__'],
  ...['_Bool', 'bool', '_Complex', '__int128'],
]);

/** Never throws. */
export function readDeclarations(text: string): CDeclarations {
  const functions: CFunction[] = [];
  const typedefs = new Map<string, CType | undefined>();
  const source = text.slice(0, TEXT_LIMIT);
  for (const { code, comment, hasBody } of statements(source)) {
    const words = withoutAttributes(code);
    if (/^typedef\b/.test(words)) {
      const declared = declarator(words.replace(/^typedef\s*/, ''));
      if (declared?.name !== undefined) addTypedef(typedefs, declared.name, declared.type);
      continue;
    }
    const found = readFunction(words, hasBody);
    if (found !== undefined)
      functions.push({ ...found, ...(comment === '' ? {} : { documentation: comment }) });
  }
  const includes = [...source.matchAll(/^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)[>"]/gm)];
  return { functions, typedefs, includes: includes.map(([, name = '']) => name) };
}

/** What a name stands for, while everybody says the same. */
export function addTypedef(
  typedefs: Map<string, CType | undefined>,
  name: string,
  type: CType | undefined,
): void {
  const isSame = !typedefs.has(name) || typedefs.get(name)?.text === type?.text;
  typedefs.set(name, isSame ? type : undefined);
}

interface Statement {
  readonly code: string;
  readonly comment: string;
  readonly hasBody: boolean;
}

const PIECE =
  /\/\*[\s\S]*?(?:\*\/|$(?![\s\S]))|\/\/[^\n]*|^[ \t]*#(?:[^\n\\]|\\[\s\S])*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[;{}]|[^;{}"'/#\n]+|[\s\S]/gm;

/** A declaration of more UTF-16 code units than these is data. */
const STATEMENT_LIMIT = 20_000;

/** What stands at the top of a file, one at a time, with the last comment before it; bodies are left out. */
function* statements(text: string): Generator<Statement> {
  let code = '';
  let comment = '';
  let depth = 0;
  /** Whether the braces that are open are a function's. */
  let isBody = false;
  /** Conditions that are open in what C++ alone sees, that one counted. */
  let foreign = 0;
  const begin = () => {
    code = '';
    comment = '';
  };
  const add = (piece: string) => {
    if (code.length < STATEMENT_LIMIT) code += piece;
  };
  for (const [piece] of text.matchAll(PIECE)) {
    const directive = /^\s*#\s*(\w*)/.exec(piece)?.[1];
    if (directive !== undefined && foreign > 0) {
      if (directive.startsWith('if')) foreign++;
      else if (directive === 'endif' || foreign === 1) foreign--;
    } else if (foreign > 0) {
      // For C++ alone.
    } else if (/^\s*#\s*if(?:def|\s+defined)[\s(]+__cplusplus\b/.test(piece)) {
      foreign = 1;
    } else if (/^\/[/*]/.test(piece)) {
      if (depth === 0 && code.trim() === '') comment = words(piece, comment);
    } else if (directive !== undefined) {
      // A condition neither begins nor ends a statement; what it leaves out counts as well.
      if (code.trim() === '') comment = '';
    } else if (piece === '{') {
      if (depth === 0 && /^\s*extern\s*""\s*$/.test(code)) begin();
      else if (depth++ === 0) {
        isBody = !code.includes('{') && isFunctionHead(code);
        if (!isBody) add('{');
      }
    } else if (piece === '}') {
      depth--;
      if (depth === 0 && !isBody) add('}');
      else if (depth <= 0) {
        if (depth === 0) yield { code, comment, hasBody: true };
        // One too many closes what surrounds declarations: extern "C".
        depth = 0;
        begin();
      }
    } else if (depth > 0) {
      // Inside of a body.
    } else if (piece === ';') {
      yield { code, comment, hasBody: false };
      begin();
    } else add(/^["']./.test(piece) ? '""' : piece);
  }
}

function isFunctionHead(code: string): boolean {
  return !/^\s*typedef\b/.test(code) && /\)[\w\s]*$/.test(withoutAttributes(code));
}

/** A comment in one line; one that follows lines of the same kind goes on with them. */
function words(comment: string, before: string): string {
  if (comment.startsWith('//'))
    return `${before} ${comment.replace(/^\/\/+!?/, '')}`.replace(/\s+/g, ' ').trim();
  return comment
    .replace(/^\/\*+!?|\*+\/$/g, '')
    .replace(/^[ \t]*\*+/gm, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Without `__attribute__((…))` and its like. */
function withoutAttributes(code: string): string {
  let rest = code.replace(/\s+/g, ' ').trim();
  const opening =
    /\b(?:__attribute__|__attribute|__asm__|asm|__asm|_Alignas|alignas|__declspec|__nonnull|__printf)\s*\(/;
  for (let match = opening.exec(rest); match !== null; match = opening.exec(rest)) {
    const end = closing(rest, match.index + match[0].length - 1);
    rest = `${rest.slice(0, match.index)} ${rest.slice(end + 1)}`;
  }
  return rest.replace(/\s+/g, ' ').trim();
}

/** The place of the parenthesis that closes the one at `open`; the end where none does. */
function closing(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    if (code[at] === '(') depth++;
    if (code[at] === ')' && --depth === 0) return at;
  }
  return code.length;
}

function readFunction(code: string, hasBody: boolean): CFunction | undefined {
  const head = /^([\w\s*]+?[\s*])([A-Za-z_]\w*)\s*\(/.exec(code);
  if (head === null) return undefined;
  const [whole, before = '', name = ''] = head;
  const end = closing(code, whole.length - 1);
  // A macro's words may follow; another list of parameters or a value makes it something else.
  if (!/^[\w\s]*$/.test(code.slice(end + 1)) || /^\s*(?:struct|union|enum|return|else|if)\s*$/.test(before)) {
    return undefined;
  }
  const returns = typeOf(before);
  if (returns.words.length === 0) return undefined;
  const list = split(code.slice(whole.length, end));
  const isVariadic = list.at(-1) === '...';
  const given = isVariadic ? list.slice(0, -1) : list;
  const isNone = given.length === 1 && /^(?:void)?$/.test(given[0] ?? '');
  const parameters = isNone ? [] : given.map((one) => declarator(one) ?? { type: typeOf(one) });
  return { name, parameters, isVariadic, returns, isInline: hasBody || /\binline\b|__inline/.test(before) };
}

/** At the commas that stand in no parentheses. */
function split(list: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of list) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${character}`);
  }
  return parts.map((part) => part.trim());
}

/** Words behind a name are attributes: `int level __unused`. */
function withoutMacros(code: string): string {
  const rest = code.replace(/(?:\s+__\w+)+\s*$/, '');
  const left = (rest.match(/[A-Za-z_]\w*/g) ?? []).filter((word) => !QUALIFIERS.has(word));
  const isType = /^(?:struct|union|enum)$/.test(left[0] ?? '') && left.length === 2;
  return left.length > 1 && !isType && !BASIC_WORDS.has(left.at(-1) ?? '') ? rest : code;
}

/** A type with the name that has it; a name alone is a type. */
function declarator(code: string): CParameter | undefined {
  const plain = withoutMacros(withoutAttributes(code));
  const called = /\(\s*[*^]\s*(?:const\s+)?(\w*)/.exec(plain);
  if (called !== null) {
    const name = called[1] ?? '';
    const type = { text: plain, isPointer: true, words: ['void'] };
    return { ...(name === '' ? {} : { name }), type };
  }
  // A function is handed on by its address.
  if (plain.includes('(')) return { type: { text: plain, isPointer: true, words: ['void'] } };
  const isArray = /\[[^\]]*\]\s*$/.test(plain);
  const bare = plain.replace(/(?:\[[^\]]*\]\s*)+$/, '');
  const last = /^(.*?)([A-Za-z_]\w*)\s*$/.exec(bare);
  const [, before = '', name = ''] = last ?? [];
  const rest = typeOf(before);
  const named = last !== null && !BASIC_WORDS.has(name) && !QUALIFIERS.has(name);
  const needsName =
    !bare.includes('{') && rest.words.length === 1 && /^(?:struct|union|enum)$/.test(rest.words[0] ?? '');
  const hasName = named && rest.words.length > 0 && !needsName;
  const type = hasName ? rest : typeOf(bare);
  if (type.words.length === 0) return undefined;
  return { ...(hasName ? { name } : {}), type: { ...type, isPointer: type.isPointer || isArray } };
}

function typeOf(code: string): CType {
  const found = code.match(/[A-Za-z_]\w*/g) ?? [];
  return {
    text: code
      .replace(/\b(?:extern|static|inline|__inline__|__inline|_Noreturn|restrict|__restrict)\b/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
    isPointer: code.includes('*'),
    words: found.filter((word) => !QUALIFIERS.has(word)),
  };
}
