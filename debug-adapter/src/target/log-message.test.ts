import { expect, it } from 'vitest';
import { readLogMessage } from './log-message';

it('tells texts and expressions apart', () => {
  expect(readLogMessage('n is { n }, p {p->x}')).toEqual([
    { text: 'n is ' },
    { expression: 'n' },
    { text: ', p ' },
    { expression: 'p->x' },
  ]);
});

it('takes escaped, empty and unclosed braces for text, and lets braces nest', () => {
  expect(readLogMessage('\\{n\\} {} {n')).toEqual([{ text: '{n} {} {n' }]);
  expect(readLogMessage('{(int[]){1, 2}}')).toEqual([{ expression: '(int[]){1, 2}' }]);
});
