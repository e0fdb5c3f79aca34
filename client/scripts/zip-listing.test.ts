import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listZip } from './zip-listing.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zip-listing-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A zip of stored files, as APPNOTE.TXT lays it out, with a comment behind its end record. */
function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const data = Buffer.from(text);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt32LE(crc32(data), 14);
    local.writeUInt32LE(data.length, 18);
    local.writeUInt32LE(data.length, 22);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(data.length, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(offset, 42);
    bodies.push(local, Buffer.from(name), data);
    directory.push(entry, Buffer.from(name));
    offset += local.length + Buffer.byteLength(name) + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(7, 20);
  return Buffer.concat([...bodies, ...directory, end, Buffer.from('comment')]);
}

it('lists files with their sizes, without folders', () => {
  const path = join(folder, 'a.zip');
  writeFileSync(path, zipOf({ 'extension/': '', 'extension/größe.md': 'abc', b: '' }));
  expect(listZip(path)).toEqual([
    { name: 'extension/größe.md', size: 3, packed: 3 },
    { name: 'b', size: 0, packed: 0 },
  ]);
});

it('says what is not a zip file, and what is a damaged one', () => {
  const path = join(folder, 'a.zip');
  writeFileSync(path, 'no archive at all, though long enough to be one');
  expect(() => listZip(path)).toThrow(`${path} is not a zip file.`);
  const bytes = zipOf({ a: 'x' });
  bytes.writeUInt32LE(0, bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2])));
  writeFileSync(path, bytes);
  expect(() => listZip(path)).toThrow(`${path} has a damaged directory.`);
});
