import { describe, expect, it } from 'vitest';
import type { GdbFrame } from '../gdb';
import { FrameLibraries } from './frame-libraries';

const frame = (file: string, address = '0x10'): GdbFrame => ({ level: 0, address, file });
const wishes = (...skipLibraries: string[]) =>
  new FrameLibraries({ skipLibraries, showLibraries: true }, '/home/me/app');

describe('a frame’s library', () => {
  it('is what the map says', () => {
    const libraries = wishes();
    libraries.libraries = [{ name: 'uksched', bytes: 16, ranges: [{ start: 0x10n, end: 0x20n }] }];
    expect(libraries.of(frame('/k/elsewhere.c'))).toBe('uksched');
    expect(libraries.of(frame('/k/elsewhere.c', '0x20'))).toBeUndefined();
  });

  it.each([
    ['/t/unikraft/lib/ukboot/boot.c', 'ukboot'],
    ['/t/libs/lwip/sockets.c', 'lwip'],
    ['/t/app/build/libmusl/origin/musl-1.2.3/src/stdio/printf.c', 'musl'],
    ['/t/unikraft/plat/kvm/x86/setup.c', 'kvm'],
  ])('is told by its source where there is no map: %s', (file, name) => {
    expect(wishes().of(frame(file))).toBe(name);
  });

  it('is shown for a function of a header by where the header is, whoever it was compiled into', () => {
    const libraries = wishes();
    libraries.libraries = [{ name: 'apphello', bytes: 16, ranges: [{ start: 0x10n, end: 0x20n }] }];
    expect(libraries.label(frame('/k/lib/ukalloc/include/uk/alloc.h'))).toBe('ukalloc');
    expect(libraries.label(frame('/k/include/plain.h'))).toBe('apphello');
  });

  it('is not shown for the application’s own frames', () => {
    expect(wishes().label(frame('/home/me/app/main.c'))).toBeUndefined();
    expect(wishes().label(frame('/t/lib/ukboot/boot.c'))).toBe('ukboot');
  });
});

describe('skipped libraries', () => {
  it.each([
    ['musl', '/t/libs/musl/printf.c', true],
    ['musl', '/t/third-party/musl/src/stdio/printf.c', true],
    ['libmusl', '/t/app/build/libmusl/origin/musl-1.2.3/src/printf.c', true],
    ['posix-*', '/t/lib/posix-mmap/mmap.c', true],
    ['posix-*', '/t/lib/vfscore/fd.c', false],
    ['me', '/home/me/app/main.c', false],
    ['lwip', '/home/me/app/libs/lwip/tcp.c', true],
  ])('%s has %s: %s', (skipped, file, expected) => {
    expect(wishes(skipped).isSkipped(frame(file))).toBe(expected);
  });
});
