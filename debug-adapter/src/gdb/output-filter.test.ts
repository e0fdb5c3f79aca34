import { describe, expect, it } from 'vitest';
import { decodeBytes, decodeLine, encodeBytes, OutputFilter } from './output-filter';

describe('decodeLine', () => {
  it('turns octal escapes that form UTF-8 into characters', () => {
    expect(decodeLine('~"gr\\303\\274n"')).toBe('~"grün"');
  });

  it('keeps a byte that is no UTF-8 recoverable', () => {
    const decoded = decodeLine('~"\\377A\\303"');
    expect(encodeBytes(decoded.slice(2, -1))).toEqual(Buffer.from([0xff, 0x41, 0xc3]));
  });

  it('does not take an escaped backslash before digits for an octal escape', () => {
    expect(decodeLine('^done,value="\\"gr\\\\303\\\\274n\\""')).toBe('^done,value="\\"gr\\\\303\\\\274n\\""');
  });

  it('keeps quotes, backslashes and line ends escaped, so that the string does not end early', () => {
    expect(decodeLine('~"\\042\\134\\012\\015"')).toBe('~"\\"\\\\\\n\\r"');
  });

  it('decodes control characters, which gdb-js cannot', () => {
    expect(decodeLine('~"\\033[1m\\001"')).toBe('~"\u001b[1m\u0001"');
  });

  it('leaves what is no MI record alone', () => {
    expect(decodeLine('guest says \\303')).toBe('guest says \\303');
  });
});

describe('decodeBytes and encodeBytes', () => {
  it('give every sequence of bytes back', () => {
    for (let seed = 1; seed < 2000; seed++) {
      const bytes = Buffer.from(
        Array.from({ length: 8 }, (_, i) => ((seed * 2654435761 * (i + 1)) >>> 23) & 0xff),
      );
      expect(encodeBytes(decodeBytes(bytes))).toEqual(bytes);
    }
  });
});

describe('OutputFilter', () => {
  function filter() {
    const seen = { stray: [] as string[], outOfStep: [] as string[], lines: [] as string[] };
    const output = new OutputFilter({
      line: () => undefined,
      strayAnswer: (line) => seen.stray.push(line),
      outOfStep: (line) => seen.outOfStep.push(line),
    });
    output.lines.on('data', (line: string) => seen.lines.push(line.trimEnd()));
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    return { output, seen, settle };
  }

  it('leaves out a notification that GDB wrote inside another record without its comma', async () => {
    const { output, seen, settle } = filter();
    output.push(
      Buffer.from(
        '=memory-changedthread-group="i1",addr="0x1"\n=thread-created,id="1",group-id="i1"\n*running\n',
      ),
    );
    await settle();
    expect(seen.lines).toEqual(['=thread-created,id="1",group-id="i1"', '*running']);
  });

  it('passes an answer on when it belongs to the oldest open command', async () => {
    const { output, seen, settle } = filter();
    output.expect(1);
    output.push(Buffer.from('1^done\n'));
    await settle();
    expect(seen).toEqual({ stray: [], outOfStep: [], lines: ['1^done'] });
  });

  it('holds back a second answer to one command, so that later answers stay in step', async () => {
    const { output, seen, settle } = filter();
    output.expect(1);
    output.expect(2);
    output.push(Buffer.from('1^running\n1^error,msg="late"\n2^done\n'));
    await settle();
    expect(seen).toEqual({ stray: ['1^error,msg="late"'], outOfStep: [], lines: ['1^running', '2^done'] });
  });

  it('reports an answer to a command that is not the oldest open one', () => {
    const { output, seen } = filter();
    output.expect(1);
    output.expect(2);
    output.push(Buffer.from('2^done\n'));
    expect(seen.outOfStep).toEqual(['2^done']);
  });

  it('joins lines and characters that arrive in pieces', async () => {
    const { output, seen, settle } = filter();
    const bytes = Buffer.from('~"ü"\r\n');
    for (const byte of bytes) output.push(Buffer.from([byte]));
    await settle();
    expect(seen.lines).toEqual(['~"ü"']);
  });

  it('gives a stop without a frame an empty one, which gdb-js reads', async () => {
    const { output, seen, settle } = filter();
    output.push(Buffer.from('*stopped,reason="signal-received",thread-id="1"\n'));
    await settle();
    expect(seen.lines).toEqual(['*stopped,reason="signal-received",thread-id="1",frame={}']);
  });
});
