import { Readable } from 'node:stream';
import fc from 'fast-check';
import { GDB } from 'gdb-js';
import { expect, it } from 'vitest';
import { isReadable } from './mi-grammar';

it.each([
  '(gdb) ',
  'what a program says, even {"',
  '1^done',
  '12^done,stack=[frame={level="0",args=[]},frame={level="1"}]',
  '^error,msg="No symbol \\"x\\" in current context."',
  '*stopped,reason="breakpoint-hit",frame={},thread-id="1"',
  '~"text\\n"',
  '3^done,a={},b=[],c=["1","2"]',
])('takes %j', (line) => expect(isReadable(line)).toBe(true));

it.each([
  '^done,',
  '^done,a=',
  '^done,a={b="1"',
  '^done,a="1',
  '*stopped,[',
  '=',
  '^',
  '~',
  '~"x',
  '^maybe',
  '*x,a=[b="1",',
])('does not take %j', (line) => expect(isReadable(line)).toBe(false));

it('takes nothing that gdb-js breaks at', () => {
  const piece = fc.constantFrom(
    ...[
      '1^done',
      '*stopped',
      '=thread-created',
      '=thread-group-exited',
      'id=',
      '~',
      '&',
      ',',
      'a=',
      'msg=',
      '"x"',
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      '%',
      '\\n',
      '\\q',
      '^',
      '7',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      const line = pieces.join('');
      if (!isReadable(line)) return;
      expect(() => read(line)).not.toThrow();
    }),
    { numRuns: 2000 },
  );
});

/** Hands a line to gdb-js as the connection does. */
function read(line: string): void {
  const stdout = new Readable({ objectMode: true, read: () => undefined });
  const gdb = new GDB({
    stdin: { write: () => true },
    stdout,
    stderr: new Readable({ read: () => undefined }),
    kill: () => true,
  });
  // Without an open command an answer is dropped.
  gdb.targetStream.each(() => undefined);
  stdout.emit('data', `${line}\n`);
}
