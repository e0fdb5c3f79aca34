/** The kernel command line: parameters for the kernel's libraries, then the application's arguments. */

/**
 * The image's name, `name=value` parameters, `--`, and the arguments, as Unikraft's `uk_libparam` reads them.
 * The name is left out for a machine that puts it there itself. Without parameters everything behind the name is the application's and there is no `--`.
 */
export function kernelCommandLine(
  name: string | undefined,
  args: readonly string[],
  parameters: readonly string[] = [],
): string {
  // An argument `--` would be taken for the end of parameters where it is the first one.
  const separated = parameters.length > 0 || args.includes('--');
  return [
    ...(name === undefined ? [] : [quoteArgument(name)]),
    ...parameters,
    ...(separated ? ['--'] : []),
    ...args.map(quoteArgument),
  ].join(' ');
}

/** A parameter with one value. A list in brackets, or a text that is in quotes already, stays as it is. */
export function parameter(name: string, value: string): string {
  return `${name}=${/^(\[.*\]|".*"|'.*')$/s.test(value) ? value : quoteArgument(value)}`;
}

/** A parameter with a list of texts: `vfs.fstab=[ "initrd0:/:extract:::" ]`. */
export function listParameter(name: string, items: readonly string[]): string {
  return `${name}=[ ${items.map(inQuotes).join(' ')} ]`;
}

/** One with white space or quotes stands in quotes. */
function quoteArgument(argument: string): string {
  return /^[^\s"\\]+$/.test(argument) ? argument : inQuotes(argument);
}

function inQuotes(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
