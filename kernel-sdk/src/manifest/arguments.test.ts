import { expect, it } from 'vitest';
import { splitArguments } from './arguments';

it.each([
  ['a  b\tc', ['a', 'b', 'c']],
  [`"a b" 'c "d'`, ['a b', 'c "d']],
  ['a\\ b "\\"" \'\\\'', ['a b', '"', '\\']],
  ['pre"fix and"post ""', ['prefix andpost', '']],
  ['"open end', ['open end']],
  ['', []],
])('splits %j as a shell does', (text, words) => {
  expect(splitArguments(text)).toEqual(words);
});
