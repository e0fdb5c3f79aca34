import { expect, it } from 'vitest';
import { MiOutput } from './mi-output';
import type { MiRecord } from './mi-record';

function output() {
  const seen = { stray: [] as string[], outOfStep: [] as string[], records: [] as string[] };
  const reader = new MiOutput({
    line: () => undefined,
    strayAnswer: (line) => seen.stray.push(line),
    outOfStep: (line) => seen.outOfStep.push(line),
    record: (record) => seen.records.push(wordsOf(record)),
  });
  return { push: (text: string) => reader.push(Buffer.from(text)), reader, seen };
}

function wordsOf(record: MiRecord): string {
  return 'text' in record ? record.text : `${record.kind} ${record.state} ${JSON.stringify(record.data)}`;
}

it('leaves out a notification that GDB wrote inside another record without its comma', () => {
  const { push, seen } = output();
  push('=memory-changedthread-group="i1",addr="0x1"\n=thread-created,id="1",group-id="i1"\n*running\n');
  expect(seen.records).toEqual(['notify thread-created {"id":"1","group-id":"i1"}', 'exec running {}']);
});

it('passes an answer on when it belongs to the oldest open command', () => {
  const { push, reader, seen } = output();
  reader.expect(1);
  push('1^done\n');
  expect(seen).toEqual({ stray: [], outOfStep: [], records: ['answer done {}'] });
});

it('makes an error of an answer that cannot be read', () => {
  const { push, reader, seen } = output();
  reader.expect(1);
  push('1^done,name={\n');
  expect(seen.records).toEqual([expect.stringMatching(/^answer error .*cannot be read/)]);
});

it('holds back a second answer to one command, so that later answers stay in step', () => {
  const { push, reader, seen } = output();
  reader.expect(1);
  reader.expect(2);
  push('1^running\n1^error,msg="late"\n2^done\n');
  expect(seen).toEqual({
    stray: ['1^error,msg="late"'],
    outOfStep: [],
    records: ['answer running {}', 'answer done {}'],
  });
});

it('reports an answer to a command that is not the oldest open one', () => {
  const { push, reader, seen } = output();
  reader.expect(1);
  reader.expect(2);
  push('2^done\n');
  expect(seen).toEqual({ stray: [], outOfStep: ['2^done'], records: [] });
});

it('joins lines and characters that arrive in pieces', () => {
  const { reader, seen } = output();
  for (const byte of Buffer.from('~"ü"\r\n')) reader.push(Buffer.from([byte]));
  expect(seen.records).toEqual(['ü']);
});
