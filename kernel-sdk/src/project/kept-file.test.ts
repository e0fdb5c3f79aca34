import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptFile } from './kept-file';

let base: string;
let folder: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'kept-'));
  folder = join(base, 'cache');
});
afterEach(() => rmSync(base, { recursive: true }));

const VALUE = { a: [1, 'é\n', null], b: { c: true } };
const kept = (maker = 'me', subject: readonly string[] = ['/home/x']) => new KeptFile(folder, maker, subject);
const path = () => join(folder, readdirSync(folder)[0] ?? '');

describe('a kept file', () => {
  it('gives back what was written, to nobody but its maker and subject', () => {
    expect(kept().read()).toBeUndefined();
    expect(kept().write(VALUE)).toBe(true);
    expect(kept().read()).toEqual(VALUE);
    expect(kept('another').read()).toBeUndefined();
    expect(kept('me', ['/home/y']).read()).toBeUndefined();
  });

  it('is readable for its user alone', () => {
    kept().write(VALUE);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it('is nothing where somebody else could have written it', () => {
    kept().write(VALUE);
    chmodSync(path(), 0o622);
    expect(kept().read()).toBeUndefined();
    chmodSync(path(), 0o600);
    expect(kept().read()).toEqual(VALUE);
    chmodSync(folder, 0o777);
    expect(kept().read()).toBeUndefined();
    expect(kept().write(VALUE)).toBe(false);
  });

  it('is nothing where it is a link', () => {
    kept().write(VALUE);
    const file = path();
    writeFileSync(join(base, 'other'), readFileSync(file), { mode: 0o600 });
    rmSync(file);
    symlinkSync(join(base, 'other'), file);
    expect(kept().read()).toBeUndefined();
  });

  it('is nothing, or itself, however it is damaged', () => {
    kept().write(VALUE);
    const file = path();
    const whole = readFileSync(file);
    fc.assert(
      fc.property(fc.nat(whole.length), fc.uint8Array({ maxLength: 8 }), (at, bytes) => {
        writeFileSync(file, Buffer.concat([whole.subarray(0, at), bytes]));
        expect(() => kept().read()).not.toThrow();
        writeFileSync(file, Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at)]));
        expect(() => kept().read()).not.toThrow();
      }),
    );
    writeFileSync(file, whole.subarray(0, whole.length - 1));
    expect(kept().read()).toBeUndefined();
  });

  it('is not written where it would be large, and leaves no others beyond a number', () => {
    expect(kept().write('x'.repeat(9_000_000))).toBe(false);
    for (let i = 0; i < 40; i++) kept('me', [`/home/${i}`]).write(VALUE);
    expect(readdirSync(folder)).toHaveLength(32);
    expect(kept('me', ['/home/39']).read()).toEqual(VALUE);
  });
});
