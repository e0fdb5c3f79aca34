/** Problems of TypeScript files: their stable codes and what they mean. */
export const TYPESCRIPT_CODES = {
  'api-missing-function': 'The library exports functions that its api.ts does not declare.',
  'api-unknown-function': 'No header of the library declares the function, and no library exports it.',
  'api-hidden-function': 'The library has the function but does not export it.',
  'api-arity': "The function has another number of parameters than in the library's header.",
  'api-type': "A type does not stand for the one in the library's header.",
  'api-pointer': 'A text or an array of TypeScript stands where C wants the address of memory.',
  'api-undocumented': 'The function has no comment that says what it does.',
  'api-library-off': 'The file uses a library that the configuration does not enable.',
  'api-unknown-import': "The library's api.ts has nothing of this name.",
} as const;

export type TypeScriptCode = keyof typeof TYPESCRIPT_CODES;
