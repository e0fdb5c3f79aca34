/** The user's terminal, or a pipe, as the other end of a machine's serial line. */
import type { Duplex } from 'node:stream';
import type { Streams } from './main';

const CTRL_A = 0x01;
const CTRL_C = 0x03;
/** A guest that says nothing has set up its serial line by then, in milliseconds. */
const SILENT_BOOT_MS = 1_000;

/**
 * Tells keys for us from keys for the guest. Ctrl-C ends the machine, as with `kraft run`, and so does Ctrl-A X,
 * as with QEMU. Any other key behind Ctrl-A goes to the guest as it is, Ctrl-C and Ctrl-A among them.
 */
export function keyFilter(): (bytes: Uint8Array) => { readonly send: Buffer; readonly quit: boolean } {
  let escaped = false;
  return (bytes) => {
    const send: number[] = [];
    for (const byte of bytes) {
      if (escaped) {
        escaped = false;
        if (byte === 0x78 || byte === 0x58) return { send: Buffer.from(send), quit: true };
        send.push(byte);
      } else if (byte === CTRL_A) escaped = true;
      else if (byte === CTRL_C) return { send: Buffer.from(send), quit: true };
      else send.push(byte);
    }
    return { send: Buffer.from(send), quit: false };
  };
}

/** Connects both directions until what it returns is called, which leaves the terminal as it was. */
export function connectTerminal(
  serial: Duplex,
  { stdin, stdout, stderr }: Streams,
  quit: () => void,
): () => void {
  serial.on('data', (bytes: Buffer) => stdout.write(bytes));
  const filter = keyFilter();
  // Bytes of a pipe are the guest's, whatever they are: only a terminal has keys.
  const isTerminal = stdin.isTTY === true;
  const receive = (bytes: Buffer) => {
    const keys = isTerminal ? filter(bytes) : { send: bytes, quit: false };
    if (keys.send.length > 0 && !serial.destroyed) serial.write(keys.send);
    if (keys.quit) quit();
  };
  const restore = () => {
    if (isTerminal) stdin.setRawMode(false);
  };
  if (isTerminal) {
    stderr.write('Ctrl-C ends the machine; Ctrl-A Ctrl-C sends it to the unikernel.\n');
    // The guest echoes and edits lines, not the terminal.
    stdin.setRawMode(true);
    process.once('exit', restore);
  }
  const listen = () => void stdin.on('data', receive);
  // A guest that sets up its serial line forgets what came before. Nobody types that early, but a pipe has it all.
  let timer: NodeJS.Timeout | undefined;
  if (isTerminal) listen();
  else {
    const ready = () => {
      clearTimeout(timer);
      serial.off('data', ready);
      listen();
    };
    serial.once('data', ready);
    timer = setTimeout(ready, SILENT_BOOT_MS);
  }
  return () => {
    clearTimeout(timer);
    stdin.off('data', receive);
    stdin.pause();
    restore();
    process.off('exit', restore);
  };
}
