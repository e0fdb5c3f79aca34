import { expect, it } from 'vitest';
import { buildFailed, gdbRefused, staleReference } from './errors';

it('a failure of what the user asked for is shown, one that events have overtaken is not', () => {
  expect(buildFailed('x').toMessage().showUser).toBe(true);
  expect(staleReference().toMessage().showUser).toBe(false);
});

it('braces in GDB’s words are no placeholders', () => {
  const { format, variables } = gdbRefused('bad {x}').toMessage();
  expect(format.replace('{_words}', () => variables?._words ?? '')).toBe('GDB says: bad {x}');
});
