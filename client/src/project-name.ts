/** Whether a name can be a new project's. */

/** The sentence to show while it is typed; undefined for a good name. */
export function projectNameProblem(name: string, isTaken: (name: string) => boolean): string | undefined {
  if (name === '') return 'Type a name.';
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
    return "A name begins with a letter or a digit and goes on with these, '.', '_' and '-'.";
  }
  return isTaken(name) ? `There is a '${name}' in this folder already.` : undefined;
}
