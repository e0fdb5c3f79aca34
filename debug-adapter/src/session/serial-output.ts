/** The guest's serial line as lines of text for the debug console. */
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A line without an end, such as a prompt, is shown after this long, in milliseconds. */
const PARTIAL_LINE_MS = 100;

/** Calls `show` with whole lines, newline included, and with what is left when the line falls silent. */
export function showLines(serial: Readable, show: (text: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let partial = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    if (partial !== '') show(partial);
    partial = '';
  };
  serial.on('data', (bytes: Buffer) => {
    clearTimeout(timer);
    // A serial line ends its lines with CR LF, which may come in two pieces.
    const text = (partial + decoder.write(bytes)).replaceAll('\r\n', '\n');
    const end = text.lastIndexOf('\n') + 1;
    partial = text.slice(end);
    if (end > 0) show(text.slice(0, end));
    if (partial !== '') timer = setTimeout(flush, PARTIAL_LINE_MS);
  });
  serial.once('close', flush);
}
