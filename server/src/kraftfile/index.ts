/** Kraftfiles. */
import type { Language } from '../language';
import { completeKraftfile } from './completion';
import { hoverKraftfile } from './hover';

export const kraftfile: Language = {
  ids: ['kraftfile'],
  completion: ({ document, position }) => completeKraftfile(document.getText(), position),
  hover: ({ document, position }) => hoverKraftfile(document.getText(), position),
};
