/** C, C++ and assembly: what concerns the options of a unikernel; the rest is other extensions'. */
import type { Language } from '../language';
import { completeOptionWord } from '../options/completion';
import { hoverOptionWord } from '../options/hover';
import { optionOccurrences, optionWordAt } from '../options/words';

export const c: Language = {
  ids: ['c', 'cpp'],
  completion: completeOptionWord,
  hover: hoverOptionWord,
  entityAt: ({ document, position }) => optionWordAt(document.getText(), position),
  occurrences: ({ text }, entity) => optionOccurrences(text, entity),
};
