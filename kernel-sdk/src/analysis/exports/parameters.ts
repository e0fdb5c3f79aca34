/**
 * Parameters that a library's sources take from the command line: `UK_LIBPARAM_PARAM(size, __u32, "Bytes")` and its kin,
 * the deprecated `UK_LIB_PARAM`, and the built-in kernel's `UK_PARAMETER("netdev.ip", set_ip)`. Source: Unikraft's
 * lib/uklibparam.
 */
import type { Range } from '../../problem';
import type { Workspace } from '../../project';
import { Lines } from '../c/lines';
import { macroArguments } from '../c/macro-arguments';
import { listedSources } from './defined';

export interface ParameterDefinition {
  /** What follows the library's prefix: `ip`; the built-in kernel's have theirs with it. */
  readonly name: string;
  readonly hasPrefix: boolean;
  readonly macro: string;
  /** Absolute. */
  readonly path: string;
  /** Of the macro's first argument. */
  readonly range: Range;
  /** What keeps the value: `&earlycon.base`; of the built-in kernel's, the function that takes it. */
  readonly target: string;
  /** The declaration of that, in one line, where its source has it. */
  readonly declaration: string | undefined;
  /** As the macro says: `charp`, `__u16`. */
  readonly type: string | undefined;
  /** More than one value, as C counts them. */
  readonly count: string | undefined;
  readonly description: string | undefined;
}

/** Which argument says what, by the macro. */
const MACROS: Readonly<
  Record<string, { target: number; type?: number; count?: number; text?: number; is?: string }>
> = {
  UK_LIBPARAM_PARAM: { target: 0, type: 1, text: 2 },
  UK_LIBPARAM_PARAM_ALIAS: { target: 1, type: 2, text: 3 },
  UK_LIBPARAM_PARAM_ARR: { target: 0, type: 1, count: 2, text: 3 },
  UK_LIBPARAM_PARAM_ARR_ALIAS: { target: 1, type: 2, count: 3, text: 4 },
  UK_LIB_PARAM: { target: 0, type: 1 },
  UK_LIB_PARAM_STR: { target: 0, is: 'charp' },
  UK_LIB_PARAM_ARR: { target: 0, type: 1 },
  UK_LIB_PARAM_ARR_STR: { target: 0, is: 'charp' },
  UK_PARAMETER: { target: 1 },
};
const USE = new RegExp(`^[ \\t]*(${Object.keys(MACROS).join('|')})\\s*\\(`, 'gm');

export function parametersAt(workspace: Workspace, folder: string): readonly ParameterDefinition[] {
  return workspace.derive('parameters-defined', folder, (files) =>
    listedSources(workspace, folder).flatMap((path) => parametersIn(path, files.readText(path) ?? '')),
  );
}

function parametersIn(path: string, text: string): ParameterDefinition[] {
  if (!/UK_LIB_?PARAM|UK_PARAMETER/.test(text)) return [];
  const lines = new Lines(text);
  return [...text.matchAll(USE)].flatMap(({ 0: head, 1: macro = '', index }): ParameterDefinition[] => {
    const words = macroArguments(text, index + head.length);
    const form = MACROS[macro];
    const first = words?.[0];
    const target = form && words?.[form.target];
    if (words === undefined || form === undefined || first === undefined || target === undefined) return [];
    const word = (at: number | undefined) => (at === undefined ? undefined : words[at]?.text);
    const description = /^"(.*)"$/.exec(word(form.text) ?? '')?.[1];
    return [
      {
        name: first.text.replaceAll('"', ''),
        hasPrefix: macro === 'UK_PARAMETER',
        ...{ macro, path, range: lines.range(first.start, first.text.length) },
        target: target.text,
        declaration: declarationOf(text, target.text),
        type: form.is ?? word(form.type),
        count: word(form.count) ?? (macro.startsWith('UK_LIB_PARAM_ARR') ? 'several' : undefined),
        description,
      },
    ];
  });
}

/** Of the variable or function that an expression is about, at the beginning of a line. */
function declarationOf(text: string, expression: string): string | undefined {
  const name = /[A-Za-z_]\w*/.exec(expression)?.[0];
  if (name === undefined) return undefined;
  const declared = new RegExp(
    `^(?:[A-Za-z_][\\w \\t*]*[ \\t*])${name}\\b[ \\t]*(?:(?:\\[[^\\]]*\\])*(?=\\s*[=;])|\\([^)]*\\)(?=\\s*[{;]))`,
    'm',
  );
  // A bound over many lines is made of options and tells little.
  const bounded = declared.exec(text)?.[0].replace(/\[[^\]]*\n[^\]]*\]/g, '[…]');
  return bounded?.replace(/\s+/g, ' ').trim();
}
