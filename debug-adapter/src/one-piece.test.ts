import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { OnePiece } from './one-piece';

/** What a stream was handed, one entry for each piece. */
function collected() {
  const pieces: string[] = [];
  const waiting = new Set<() => void>();
  const tell = () => {
    for (const done of waiting) done();
  };
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _, done) {
      pieces.push(chunk);
      tell();
      done();
    },
    writev(chunks, done) {
      pieces.push(chunks.map(({ chunk }) => String(chunk)).join(''));
      tell();
      done();
    },
  });
  const next = () => new Promise<void>((done) => waiting.add(done));
  return { pieces, stream, piece: new OnePiece(stream), next };
}

it('joins what is written in one turn, and nothing of the next', async () => {
  const { pieces, stream, piece, next } = collected();
  const first = next();
  for (const text of ['a', 'b']) {
    piece.begin();
    stream.write(text);
  }
  expect(pieces).toEqual([]);
  await first;
  const second = next();
  piece.begin();
  stream.write('c');
  await second;
  expect(pieces).toEqual(['ab', 'c']);
});

it('lets a write wait for the next one, but not longer than it may', async () => {
  const { pieces, stream, piece, next } = collected();
  const joined = next();
  piece.hold(60_000);
  stream.write('response');
  await new Promise((done) => setImmediate(done));
  expect(pieces).toEqual([]);
  piece.begin();
  stream.write(' event');
  await joined;
  expect(pieces).toEqual(['response event']);
  const alone = next();
  piece.hold(1);
  stream.write('response');
  await alone;
  expect(pieces).toEqual(['response event', 'response']);
});
