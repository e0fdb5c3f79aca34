/** An `api.ts` beside a library's export list: everything that it declares, and what it lacks. */
import type { Problem, Range } from '../../problem';
import { shortName } from '../c/providers';
import { checkDocumentation, checkFunction, type Declared, numbered, symbolOf } from './check-functions';
import type { TypeScriptCode } from './codes';
import { libraryHeaders } from './headers';
import type { TypeScriptModule } from './model';
import { declarationOf } from './write-declaration';

export function checkApi(declared: Declared, module: TypeScriptModule): readonly Problem[] {
  return [
    ...checkMissing(declared, module),
    ...module.functions.flatMap((found) => [
      ...checkFunction(declared, found),
      ...checkDocumentation(declared, found),
    ]),
  ];
}

/** Names in a sentence; more are counted. */
const NAMED = 3;

/** Functions that are exported, declared in a public header, and can be called from TypeScript. */
function checkMissing({ workspace, library }: Declared, module: TypeScriptModule): readonly Problem[] {
  const headers = libraryHeaders(workspace, library);
  const known = new Set(module.functions.map(symbolOf));
  const texts = new Map<string, string>();
  const exported = new Set(library.exports);
  for (const [name, [found]] of headers.functions) {
    if (found === undefined || known.has(name) || !exported.has(name)) continue;
    const text = declarationOf(found, headers, shortName(library));
    if (text !== undefined) texts.set(name, text);
  }
  const names = [...texts.keys()];
  const [first] = names;
  if (first === undefined) return [];
  const more = names.length - NAMED;
  const shown = names.slice(0, NAMED).map((name) => `'${name}'`);
  const list =
    more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ').replace(/, ([^,]*)$/, ' and $1');
  const title =
    names.length === 1 ? `Declare '${first}'` : `Declare the ${numbered(names.length, 'missing function')}`;
  const { end } = module;
  const before = end.character === 0 ? '' : '\n';
  const newText = `${before}${end.line === 0 && end.character === 0 ? '' : '\n'}${[...texts.values()].join('\n')}`;
  return [
    {
      code: 'api-missing-function' satisfies TypeScriptCode,
      severity: 'information',
      message: `'${shortName(library)}' exports ${list}, which this file does not declare.`,
      range: FIRST_LINE,
      fixes: [{ title, changes: [{ range: { start: end, end }, newText }] }],
    },
  ];
}

/** What is not there has no place: editors cut this to the line. */
const FIRST_LINE: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1000 } };
