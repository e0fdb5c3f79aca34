/** Problems of C and C++ files, and of what a manifest enables for them. */
export const C_CODES = {
  'library-off': 'The header or function belongs to a library that the configuration does not enable.',
  'other-target': 'The header or function is of another architecture or platform than the target.',
  'not-exported': 'The function is in none of the lists of symbols that its library exports.',
  'argument-count': 'The call has another number of arguments than the function is declared with.',
  'unused-library': 'Nothing of the project uses the library that the manifest enables.',
  'inactive-code': 'The configuration leaves this code out.',
} as const;
