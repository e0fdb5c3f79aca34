/** Hit conditions: how often a breakpoint is passed before it stops. */

/** `counter` is GDB's convenience variable, which has to be 0 at first. */
export type HitCondition = { readonly operator: string; readonly count: number };

const FORM = /^\s*(==?|>=?|<=?|%)?\s*(\d+)\s*$/;

/** `5` and `== 5`: the fifth time; `>= 3`, `> 3`, `<= 3`, `< 3`; `% 2`: every second time. */
export function readHitCondition(text: string): HitCondition | undefined {
  const found = FORM.exec(text);
  if (found === null) return undefined;
  const operator = found[1] === undefined || found[1] === '=' ? '==' : found[1];
  const count = Number(found[2]);
  // Dividing by nothing would fail at every hit.
  return operator === '%' && count === 0 ? undefined : { operator, count };
}

/**
 * GDB's condition that counts and compares. What `condition` turns away is not counted; absent: every
 * passing counts.
 */
export function countingCondition(
  { operator, count }: HitCondition,
  counter: string,
  condition: string | undefined,
): string {
  const counted = `(${counter} = ${counter} + 1)`;
  // GDB may have been told to read numbers without a mark in another radix.
  const number = `0x${count.toString(16)}`;
  const holds = operator === '%' ? `${counted} % ${number} == 0` : `${counted} ${operator} ${number}`;
  return condition === undefined ? holds : `(${condition}) && ${holds}`;
}

/** Whether the passing of this number, from 1 on, is one to stop at. */
export function holds({ operator, count }: HitCondition, passing: number): boolean {
  switch (operator) {
    case '%':
      return passing % count === 0;
    case '>':
      return passing > count;
    case '>=':
      return passing >= count;
    case '<':
      return passing < count;
    case '<=':
      return passing <= count;
    default:
      return passing === count;
  }
}
