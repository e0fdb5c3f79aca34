/** Problems of lists of exported symbols. */
export const EXPORTS_CODES = {
  'duplicate-export': 'The symbol is listed twice.',
  'unknown-export': 'No source of the library defines the symbol that it exports.',
  'two-providers': 'Another library of the same image exports and defines the function as well.',
  'export-form': 'A line has more than one symbol, of which the first one counts.',
  'unexported-function':
    'A header for everybody declares a function that the library defines and does not export.',
} as const;
