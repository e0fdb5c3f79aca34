/** What tests of this room and of those that build on it share. */
export { BAD_TEXTS } from './bad-texts';
export { anEdit, EDITS, type Edit, edited, TEXTS } from './edits';
