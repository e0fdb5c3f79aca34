/** In which language a source is written. */
export type Language = 'c' | 'c++' | 'assembler';

/** The language of a source, by its name; what is not known is C, as for compilers' drivers. */
export function languageOf(source: string): Language {
  if (/\.[sS]$/.test(source)) return 'assembler';
  return /\.(?:cc|cpp|cxx)$/.test(source) ? 'c++' : 'c';
}
