import { expect, it } from 'vitest';
import { parseLinkErrors } from './link-errors';

const OBJECTS = ['/w/my app/main.c.o', '/w/lib/heap.c.o'];

it("reads GNU ld's words for symbols that are missing", () => {
  const output = `/usr/bin/ld: /w/my app/main.c.o: in function \`main':
/s/my app/main.c:24: undefined reference to \`absent'
/usr/bin/ld: /s/my app/main.c:25: undefined reference to \`absent'
/usr/bin/ld: /w/my app/main.c.o:/s/my app/main.c:3: undefined reference to \`data'
/usr/bin/ld: /w/lib/heap.c.o:(.data.use+0x0): undefined reference to \`operator new(unsigned long)'
/usr/bin/ld: /tmp/cc1.ltrans0.ltrans.o: in function \`main':
/s/lto.c:1: undefined reference to \`late'
collect2: error: ld returned 1 exit status
`;
  const [app, heap] = OBJECTS;
  expect(parseLinkErrors(output, OBJECTS)).toEqual([
    { kind: 'undefined', symbol: 'absent', user: { object: app, file: '/s/my app/main.c', line: 24 } },
    { kind: 'undefined', symbol: 'absent', user: { file: '/s/my app/main.c', line: 25 } },
    { kind: 'undefined', symbol: 'data', user: { object: app, file: '/s/my app/main.c', line: 3 } },
    { kind: 'undefined', symbol: 'operator new(unsigned long)', user: { object: heap } },
    { kind: 'undefined', symbol: 'late', user: { file: '/s/lto.c', line: 1 } },
  ]);
});

it("reads GNU ld's words for symbols that two objects define", () => {
  const output = `/usr/bin/ld: /w/lib/heap.c.o: in function \`twice':
/s/heap.c:7: multiple definition of \`twice'; /w/my app/main.c.o:/s/my app/main.c:9: first defined here
/usr/bin/ld: /w/lib/heap.c.o:(.data+0x0): multiple definition of \`many'; /w/my app/main.c.o:(.data+0x0): first defined here
`;
  const [app, heap] = OBJECTS;
  expect(parseLinkErrors(output, OBJECTS)).toEqual([
    {
      kind: 'duplicate',
      symbol: 'twice',
      here: { object: heap, file: '/s/heap.c', line: 7 },
      first: { object: app, file: '/s/my app/main.c', line: 9 },
    },
    { kind: 'duplicate', symbol: 'many', here: { object: heap }, first: { object: app } },
  ]);
});

it('finds nothing in anything else', () => {
  expect(parseLinkErrors('', OBJECTS)).toEqual([]);
  expect(parseLinkErrors('ld: cannot find -lfoo: No such file\n/w/lib/heap.c.o:\n', OBJECTS)).toEqual([]);
});
