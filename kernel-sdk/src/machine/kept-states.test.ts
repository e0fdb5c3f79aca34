import { expect, it } from 'vitest';
import { KeptStates } from './kept-states';

it('are laid closer together towards the place', () => {
  const states = new KeptStates(0);
  expect(states.rungs(100_000)).toEqual([50_000, 75_000, 87_500]);
  expect(states.rungs(15_000)).toEqual([]);
});

it('begin behind the one that is there', () => {
  const states = new KeptStates(0);
  states.add(50_000);
  expect(states.rungs(100_000)).toEqual([75_000, 87_500]);
});

it('make what comes shortly behind them near', () => {
  const states = new KeptStates(500);
  expect(states.isNear(1_000)).toBe(true);
  expect(states.isNear(1_000_000)).toBe(false);
  for (const rung of states.rungs(1_000_000)) states.addRung(rung);
  expect(states.isNear(1_000_000)).toBe(true);
});

it('give way to later ones, but for those that somebody else kept', () => {
  const states = new KeptStates(0);
  states.add(1);
  const dropped = Array.from({ length: 40 }, (_, n) => states.addRung(1_000_000 * (n + 1))).flat();
  expect(dropped).toEqual(Array.from({ length: 8 }, (_, n) => 1_000_000 * (n + 1)));
  expect(states.isNear(1_000_100)).toBe(false);
  expect(states.isNear(100)).toBe(true);
});
