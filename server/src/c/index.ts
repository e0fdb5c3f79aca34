/** C, C++ and assembly: options, and what libraries provide; the rest is other extensions'. */
import type { Language } from '../language';
import { completeOptionWord } from '../options/completion';
import { hoverOptionWord } from '../options/hover';
import { optionOccurrences, optionWordAt } from '../options/words';
import { parameterAt, parameterOccurrences } from '../parameters';
import { functionAt, functionOccurrences } from './functions';
import { hoverFunction, hoverInclude } from './hover';
import { includeLinks } from './links';

export const c: Language = {
  ids: ['c', 'cpp'],
  completion: completeOptionWord,
  hover: (request) => hoverOptionWord(request) ?? hoverInclude(request) ?? hoverFunction(request),
  links: includeLinks,
  entityAt: (request) =>
    optionWordAt(request.document.getText(), request.position) ?? parameterAt(request) ?? functionAt(request),
  occurrences: (file, entity) => [
    ...optionOccurrences(file.text, entity),
    ...functionOccurrences(file, entity),
    ...parameterOccurrences(file, entity),
  ],
};
