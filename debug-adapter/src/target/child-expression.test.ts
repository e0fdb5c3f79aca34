import { expect, it } from 'vitest';
import type { VariableObject } from '../gdb';
import { childExpression, derived } from './child-expression';

const object = (expression: string, type: string): VariableObject => ({
  handle: 'var1',
  expression,
  type,
  value: '',
  childCount: 0,
});

it.each([
  ['guest', 'struct guest *', 'seat', 'guest->seat'],
  ['guest->next', 'struct guest *', 'seat', 'guest->next->seat'],
  ['seats[3]', 'struct seat', 'name', 'seats[3].name'],
  ['row.seats', 'struct seat [4]', '2', 'row.seats[2]'],
  ['guest', 'struct guest *', '*guest', '*guest'],
  // What binds less tightly than its part does.
  ['*guest', 'struct guest', 'seat', '(*guest).seat'],
  ['list + 1', 'struct guest *', 'seat', '(list + 1)->seat'],
])('of %s, a %s, the part %s is %s', (parent, type, child, spelt) => {
  expect(childExpression({ object: object(parent, type), expression: parent }, object(child, 'int'))).toBe(
    spelt,
  );
});

it.each([
  ['const Square *', '*(const Square *) (shape)'],
  ['Square &', '*(Square *) &(shape)'],
  ['ns::Owner<Square, int> * const', '*(ns::Owner<Square, int> *) (shape)'],
  // Values are what they are declared as; GDB does not read the other name without quotes.
  ['Square', 'shape'],
  ['(anonymous namespace)::Square *', 'shape'],
])('a %s is looked into as %s', (type, spelt) => {
  expect(derived({ object: object('shape', type), expression: 'shape' }).expression).toBe(spelt);
});
