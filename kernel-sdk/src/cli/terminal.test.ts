import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Streams } from './main';
import { connectTerminal, keyFilter } from './terminal';

const keys = (...texts: string[]) => {
  const filter = keyFilter();
  return texts.map((text) => {
    const { send, quit } = filter(Buffer.from(text, 'latin1'));
    return quit ? `${send.toString('latin1')} quit` : send.toString('latin1');
  });
};

describe('keys', () => {
  it('are the guest’s', () => expect(keys('ls\r', '\xe4\x1b[A')).toEqual(['ls\r', '\xe4\x1b[A']));
  it('end the machine: Ctrl-C and Ctrl-A X', () => {
    expect(keys('a\x03b')).toEqual(['a quit']);
    expect(keys('a\x01', 'x')).toEqual(['a', ' quit']);
    expect(keys('\x01X')).toEqual([' quit']);
  });
  it('reach the guest behind Ctrl-A', () => expect(keys('\x01\x03\x01\x01', 'x')).toEqual(['\x03\x01', 'x']));
});

/** Streams that stand for a terminal or for a pipe, with what was done to them. */
function connected(isTTY: boolean) {
  const modes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), { isTTY, setRawMode: (on: boolean) => modes.push(on) });
  const [stdout, stderr, toGuest, fromGuest] = [0, 1, 2, 3].map(() => new PassThrough());
  if (!stdout || !stderr || !toGuest || !fromGuest) throw new Error('There are four.');
  const serial = Object.assign(fromGuest, { write: (bytes: Buffer) => toGuest.push(bytes) });
  let quits = 0;
  // A test has no real terminal, and what is used of one is here.
  const streams = { stdin, stdout, stderr } as unknown as Streams;
  const disconnect = connectTerminal(serial, streams, () => quits++);
  return { stdin, stdout, toGuest, fromGuest, modes, disconnect, quits: () => quits };
}

describe('a terminal', () => {
  it('is raw while it is connected', async () => {
    const { stdin, toGuest, modes, disconnect, quits } = connected(true);
    stdin.write('a\x03');
    await new Promise((done) => toGuest.once('readable', done));
    expect(String(toGuest.read())).toBe('a');
    expect(quits()).toBe(1);
    disconnect();
    expect(modes).toEqual([true, false]);
  });
});

describe('a pipe', () => {
  it('hands on every byte, once the guest is there', async () => {
    const { stdin, toGuest, fromGuest, modes, disconnect, quits } = connected(false);
    stdin.write(Buffer.from([1, 3, 0x78, 0xff]));
    await new Promise(setImmediate);
    expect(toGuest.readableLength).toBe(0);
    fromGuest.emit('data', Buffer.from('booted'));
    await new Promise((done) => toGuest.once('readable', done));
    expect([...(toGuest.read() as Buffer)]).toEqual([1, 3, 0x78, 0xff]);
    expect(quits()).toBe(0);
    disconnect();
    expect(modes).toEqual([]);
  });
});
