import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Workspace } from '../../project';
import { problemsOf } from '../index';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'project-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const HEAD = 'spec: v0.7\nx-kernel: sdk\ntargets: [qemu/x86_64]\n';

/** Problems of a manifest of the built-in kernel, with the manifest as the first fix leaves it. */
function check(rest: string, head = HEAD) {
  const path = join(folder, 'Kraftfile');
  const text = `${head}${rest}`;
  const workspace = new Workspace([folder]);
  workspace.open(path, text);
  return problemsOf(workspace, path).map(({ code, severity, message, range, fixes }) => {
    const lines = text.split('\n');
    const at = lines[range.start.line]?.slice(range.start.character, range.end.character);
    const change = fixes?.[0]?.changes[0];
    const offset = ({ line, character }: { line: number; character: number }) =>
      lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0) + character;
    const mended =
      change &&
      text.slice(0, offset(change.range.start)) + change.newText + text.slice(offset(change.range.end));
    return { code, severity, message, at, mended: mended?.slice(head.length) };
  });
}

it('is one too many where its folder has another one', () => {
  writeFileSync(join(folder, 'kraft.yaml'), '');
  writeFileSync(join(folder, 'Kraftfile.net'), '');
  expect(check('')).toMatchObject([
    {
      code: 'several-manifests',
      severity: 'warning',
      message: expect.stringContaining('(Kraftfile, kraft.yaml)'),
    },
  ]);
  rmSync(join(folder, 'kraft.yaml'));
  expect(check('')).toEqual([]);
});

describe('what a manifest names', () => {
  it('is a library that the kernel has', () => {
    expect(check('libraries:\n  ukshed: {}\n')).toMatchObject([
      { code: 'unknown-library', at: 'ukshed', mended: 'libraries:\n  uksched: {}\n' },
    ]);
  });

  it('is an option that the tree has, with a value that it takes', () => {
    expect(check("x-kconfig:\n  CONFIG_LIBUKSHED: 'y'\n")).toMatchObject([
      { code: 'unknown-option', at: 'CONFIG_LIBUKSHED', mended: "x-kconfig:\n  CONFIG_LIBUKSCHED: 'y'\n" },
    ]);
    expect(check('x-kconfig:\n  - CONFIG_LIBUKSCHED=yes\n')).toMatchObject([
      { code: 'option-value', at: 'yes' },
    ]);
  });

  it('is a number in its range', () => {
    expect(check('x-kconfig:\n  CONFIG_LIBUKTRACE: \'y\'\n  CONFIG_LIBUKTRACE_EVENTS: "1"\n')).toMatchObject([
      { code: 'option-range', at: '"1"', severity: 'error' },
    ]);
  });

  it('comes out as it was set, or what it needs is told and can be set too', () => {
    const text = "x-kconfig:\n  CONFIG_LIBUKSCHED_PREEMPT: 'y'\n";
    expect(check(text)).toMatchObject([
      {
        code: 'option-off',
        severity: 'warning',
        message: expect.stringContaining("'CONFIG_LIBUKSCHED'"),
        mended: "x-kconfig:\n  CONFIG_LIBUKSCHED: 'y'\n  CONFIG_LIBUKSCHED_PREEMPT: 'y'\n",
      },
    ]);
    expect(check('x-kconfig:\n  - CONFIG_LIBUKSCHED_PREEMPT=y\n')).toMatchObject([
      { mended: 'x-kconfig:\n  - CONFIG_LIBUKSCHED=y\n  - CONFIG_LIBUKSCHED_PREEMPT=y\n' },
    ]);
    expect(check("x-kconfig: { CONFIG_LIBUKSCHED_PREEMPT: 'y' }\n")).toMatchObject([{ mended: undefined }]);
  });

  it('is a file that exists, in the workspace', () => {
    mkdirSync(join(folder, 'files'));
    writeFileSync(join(folder, 'data.img'), '');
    expect(check('rootfs: ./files\nx-disks: [./data.img]\n')).toEqual([]);
    expect(check('rootfs: ./flies\nx-disks:\n  - path: ./new.img\n    size: 1M\n')).toMatchObject([
      { code: 'missing-file', severity: 'warning', at: './flies' },
    ]);
    expect(check('rootfs: ../\n')).toMatchObject([{ code: 'outside-workspace', severity: 'information' }]);
    expect(check('roms: [./a.erofs, {source: {path: ./b}}]\n')).toMatchObject([
      { code: 'missing-file', at: './a.erofs' },
      { code: 'missing-file', at: './b' },
    ]);
  });
});

describe('a fix', () => {
  it('of a path is one that is there, and of a value is one in the form that stands there', () => {
    mkdirSync(join(folder, 'files'));
    expect(check("rootfs: './flies'\n")).toMatchObject([
      { code: 'missing-file', mended: "rootfs: './files'\n" },
    ]);
    expect(check('volumes: [./flies:/a]\n')).toMatchObject([{ mended: 'volumes: [./files:/a]\n' }]);
    expect(check('rootfs: ./elsewhere\n')).toMatchObject([{ mended: undefined }]);
    expect(check('x-kconfig:\n  - CONFIG_LIBUKSCHED=yes\n')).toMatchObject([
      { code: 'option-value', mended: 'x-kconfig:\n  - CONFIG_LIBUKSCHED=y\n' },
    ]);
    expect(check('x-kconfig:\n  CONFIG_LIBUKBOOT_MAXNBARGS: "0x20"\n')).toMatchObject([
      { code: 'option-value', mended: "x-kconfig:\n  CONFIG_LIBUKBOOT_MAXNBARGS: '32'\n" },
    ]);
  });

  it.each([
    ['name: a\nname: b\n', 'name: b\n'],
    ['librares: {}\n', 'libraries: {}\n'],
    ['x-kconfig:\n  LIBUKSCHED: "y"\n', 'x-kconfig:\n  CONFIG_LIBUKSCHED: "y"\n'],
  ])('mends %j', (text, mended) => {
    expect(check(text).find((problem) => problem.mended !== undefined)?.mended).toBe(mended);
  });

  it('adds what is missing', () => {
    expect(check('name: x\ntargets: [qemu/x86_64]\nx-kernel: sdk\n', '')[0]?.mended).toMatch(
      /^spec: v0\.7\nname/,
    );
    expect(check('spec: v0.7\nname: x\n', '')[0]?.mended).toBe('spec: v0.7\nx-kernel: sdk\nname: x\n');
  });
});
