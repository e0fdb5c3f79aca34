/** Writes C functions as declarations of TypeScript. */
import { valueOfType, writtenFor } from './c-values';
import type { HeaderFunction, LibraryHeaders } from './headers';

/** Words that cannot name a parameter. */
const RESERVED: ReadonlySet<string> = new Set(
  'break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof let new null return static super switch this throw true try typeof var void while with yield await'.split(
    ' ',
  ),
);

/** Names of a function's parameters, each once. */
export function parametersOf({ parameters }: HeaderFunction): readonly string[] {
  const used = new Set<string>();
  return parameters.map(({ name = '' }, index) => {
    const plain = name === '' ? `a${index}` : RESERVED.has(name) ? `${name}_` : name;
    const own = used.has(plain) ? `${plain}${index}` : plain;
    used.add(own);
    return own;
  });
}

/** `(a: usize): i32`; undefined for what TypeScript cannot call. */
export function signatureOf(found: HeaderFunction, { typedef }: LibraryHeaders): string | undefined {
  const names = parametersOf(found);
  const types = found.parameters.map(({ type }) => writtenFor(valueOfType(type, typedef)));
  const returns = writtenFor(valueOfType(found.returns, typedef));
  if (returns === undefined || types.includes(undefined)) return undefined;
  return `(${names.map((name, index) => `${name}: ${types[index]}`).join(', ')}): ${returns}`;
}

/** A whole declaration with its comment; undefined for what TypeScript cannot call. */
export function declarationOf(
  found: HeaderFunction,
  headers: LibraryHeaders,
  module: string,
): string | undefined {
  const signature = signatureOf(found, headers);
  if (signature === undefined || found.isVariadic) return undefined;
  const { name, documentation } = found;
  return [
    ...(documentation === undefined ? [] : [documentationFrom(documentation)]),
    // TypeScript itself knows decorators of classes alone.
    '// @ts-ignore: decorator',
    `@external("${module}", "${name}")`,
    `export declare function ${name}${signature};`,
    '',
  ].join('\n');
}

/** Characters of a line. */
const WIDTH = 100;

/** The comment of a header as one of TypeScript. */
export function documentationFrom(documentation: string): string {
  const text = documentation.replaceAll('*/', '* /');
  if (text.length + '/**  */'.length <= WIDTH) return `/** ${text} */`;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.length + word.length + 1 > WIDTH - ' * '.length) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return ['/**', ...lines.map((one) => ` * ${one}`), ' */'].join('\n');
}
