import { describe, expect, it } from 'vitest';
import { finish, type Steps } from '../steps';
import { Derived } from './derived';

const ALL = Number.POSITIVE_INFINITY;

/** Results with a count of how often each was made: `sum` of `a` and `b`, which look at a file each. */
function counting() {
  const derived = new Derived();
  const made: string[] = [];
  const part = (name: string, keep = ALL) =>
    derived.get(
      'part',
      name,
      () => {
        made.push(name);
        derived.looksAt(`/${name}`);
        return name;
      },
      keep,
    );
  const sum = (keep = ALL) => {
    const add = () => {
      made.push('sum');
      return part('a', keep) + part('b', keep);
    };
    return derived.get('sum', '', add, ALL);
  };
  return { derived, made, part, sum };
}

describe('what is worked out from files', () => {
  it('is made once, and again with all that was made of it when a file changes', () => {
    const { derived, made, sum } = counting();
    expect(sum() + sum()).toBe('abab');
    expect(made).toEqual(['sum', 'a', 'b']);
    derived.forget(['/b']);
    sum();
    expect(made).toEqual(['sum', 'a', 'b', 'sum', 'b']);
    derived.forget(['/elsewhere']);
    sum();
    expect(made).toHaveLength(5);
  });

  it('follows what its making looked at before the first step', () => {
    const derived = new Derived();
    let made = 0;
    const make = () => {
      derived.looksAt('/a');
      return (function* (): Steps<number> {
        yield;
        return ++made;
      })();
    };
    const count = () => finish(derived.steps('count', '', make, ALL));
    expect([count(), count()]).toEqual([1, 1]);
    derived.forget(['/a']);
    expect(count()).toBe(2);
  });

  it('follows what it was made of also where that is not kept', () => {
    const { derived, made, sum } = counting();
    sum(1);
    derived.forget(['/a']);
    sum(1);
    expect(made).toEqual(['sum', 'a', 'b', 'sum', 'a', 'b']);
  });

  it('keeps what was asked for last', () => {
    const { made, part } = counting();
    for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) part(name, 2);
    expect(made).toEqual(['a', 'b', 'c', 'b']);
  });

  it('makes again what could not be made', () => {
    const derived = new Derived();
    const fail = () => {
      throw new Error('not now');
    };
    expect(() => derived.get('x', '', fail, ALL)).toThrow('not now');
    expect(derived.get('x', '', () => 1, ALL)).toBe(1);
  });
});
