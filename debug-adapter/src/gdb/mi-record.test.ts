import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readRecord } from './mi-record';

it.each([
  ['1^done', { kind: 'answer', state: 'done', data: {} }],
  [
    '12^done,stack=[frame={level="0",args=[]},frame={level="1"}]',
    { kind: 'answer', state: 'done', data: { stack: [{ level: '0', args: [] }, { level: '1' }] } },
  ],
  [
    '^error,msg="No symbol \\"x\\" in current context."',
    { kind: 'answer', state: 'error', data: { msg: 'No symbol "x" in current context.' } },
  ],
  [
    '3^done,variables=[{name="x",value="1"}],a={},b=[],c=["1","2"],d="\\\\"',
    {
      kind: 'answer',
      state: 'done',
      data: { variables: [{ name: 'x', value: '1' }], a: {}, b: [], c: ['1', '2'], d: '\\' },
    },
  ],
  [
    '*stopped,reason="watchpoint-trigger",reason="watchpoint-trigger",reason="x",frame={},thread-id="1"',
    {
      kind: 'exec',
      state: 'stopped',
      data: { reason: ['watchpoint-trigger', 'watchpoint-trigger', 'x'], frame: {}, 'thread-id': '1' },
    },
  ],
  ['=thread-created,id="1"', { kind: 'notify', state: 'thread-created', data: { id: '1' } }],
  ['~"gr\\303\\274n\\n"', { kind: 'console', text: 'grün\n' }],
  ['&"oh\\n"', { kind: 'log', text: 'oh\n' }],
])('reads %j', (line, record) => expect(readRecord(line)).toEqual(record));

it.each([
  '(gdb) ',
  'what a program says, even {"',
  '^done,',
  '^done,a=',
  '^done,a={b="1"',
  '^done,a={b="1"]',
  '^done,a="1',
  '^done,a="1\\"',
  '*stopped,[',
  '=',
  '^',
  '~',
  '~"x',
  '~"x"y',
  '^maybe',
  '*x,a=[b="1",',
  '=memory-changedthread-group="i1",addr="0x1"',
  `^done,a=${'['.repeat(100_000)}`,
])('reads nothing from %j', (line) => expect(readRecord(line)).toBeUndefined());

it('gives back what is written in its grammar', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', ',', '{', ']', '=', '7', 'ü', '\n') });
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.stringMatching(/^[a-z][a-z-]*$/), tie('value'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(value, (written) => {
      expect(readRecord(`7^done,value=${miOf(written)}`)).toEqual({
        ...{ kind: 'answer', state: 'done', data: { value: written } },
      });
    }),
  );
});

it('never throws', () => {
  const piece = fc.constantFrom(
    ...[
      '1^done',
      '*stopped',
      '=thread-created',
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
    ],
    ...[']', '%', '\\n', '\\q', '^', '7'],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      readRecord(pieces.join(''));
    }),
    { numRuns: 2000 },
  );
});

function miOf(value: unknown): string {
  if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
  if (Array.isArray(value)) return `[${value.map(miOf).join(',')}]`;
  return `{${Object.entries(value as object)
    .map(([name, inner]) => `${name}=${miOf(inner)}`)
    .join(',')}}`;
}
