/** The kernel command line that hands an application its arguments. */

/** The image's name as argument 0, then the arguments; one with white space or quotes stands in quotes. */
export function kernelCommandLine(name: string, args: readonly string[]): string {
  return [name, ...args].map(quoteArgument).join(' ');
}

function quoteArgument(argument: string): string {
  return /^[^\s"\\]+$/.test(argument) ? argument : `"${argument.replace(/["\\]/g, '\\$&')}"`;
}
