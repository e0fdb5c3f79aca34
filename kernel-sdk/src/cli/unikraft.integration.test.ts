/** The `unikernel` command on a project whose kernel other tools build; its Makefile makes an image of test-fixtures/bare. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(__dirname, '../../..');
let folder: string;

beforeAll(() => {
  execFileSync('node', ['client/scripts/bundle.mjs'], { cwd: ROOT, stdio: 'pipe' });
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'cli-unikraft-')));
  cpSync(join(ROOT, 'test-fixtures/bare'), folder, { recursive: true });
  mkdirSync(join(folder, 'workdir/unikraft'), { recursive: true });
  writeFileSync(
    join(folder, 'Kraftfile'),
    'spec: v0.6\nname: bare\nunikraft: stable\ntargets: [qemu/x86_64]\ncmd: [one]\n',
  );
  const flags =
    '-O0 -g -ffreestanding -fno-pie -fno-stack-protector -nostdlib -mno-red-zone -mgeneral-regs-only';
  writeFileSync(
    join(folder, 'Makefile'),
    `UK_ROOT ?= $(PWD)/workdir/unikraft\nIMAGE = build/bare_qemu-x86_64\n$(IMAGE): main.c weak_main.c x86_64/boot.S\n\tmkdir -p build\n\tgcc ${flags} -static -no-pie -Wl,--build-id=none -I x86_64 -T x86_64/link.lds -o $@ x86_64/boot.S weak_main.c main.c\nclean:\n\trm -rf build\n`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function unikernel(args: readonly string[], input?: string) {
  const others = (process.env.PATH ?? '').split(delimiter).filter((place) => !/kraft/.test(place));
  const { status, stdout, stderr } = spawnSync('node', [join(ROOT, 'dist/unikernel.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: others.join(delimiter) },
    timeout: 60_000,
    ...(input === undefined ? {} : { input }),
  });
  return { status, stdout, stderr };
}

describe('a Unikraft project', () => {
  it('is built with its Makefile, and the image is named', () => {
    const built = unikernel(['build']);
    expect(built).toMatchObject({ status: 0, stdout: `${join(folder, 'build/bare_qemu-x86_64')}\n` });
    expect(built.stderr).toContain('[0/1] make\n');
    expect(unikernel(['build', '--target', 'arm'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("has no target 'arm'; it has qemu/x86_64"),
    });
  });

  it('is run, with its serial line and its exit code', () => {
    const run = unikernel(['run', '--cpus', '2', '--accelerator', 'tcg'], 'q');
    expect(run.stdout).toContain('bare: ready');
    expect(run.status).toBe(7);
  });

  it('is measured by its symbols, whose every byte is counted', () => {
    const { status, stdout } = unikernel(['size', '--json']);
    expect(status).toBe(0);
    const report = JSON.parse(stdout);
    const [, counted = ''] = execFileSync('size', [join(folder, 'build/bare_qemu-x86_64')])
      .toString()
      .split('\n');
    const [text, data, bss] = counted.trim().split(/\s+/).map(Number);
    expect(report.total.text + report.total.rodata).toBe(text);
    expect(report.total).toMatchObject({ data, bss });
    const own = report.libraries.find(({ name }: { name: string }) => name === 'appbare');
    expect(own.objects.map(({ name }: { name: string }) => name)).toContain('main.c');
    expect(own.text).toBeGreaterThan(report.total.text / 2);
    expect(unikernel(['size', '--symbols']).stdout).toMatch(/^main +appbare +text +\d+$/m);
  });

  it('says where its options stand, and how they are chosen', () => {
    writeFileSync(join(folder, '.config'), '');
    expect(unikernel(['config'])).toMatchObject({
      status: 0,
      stdout: `${join(folder, '.config')}\n`,
      stderr: expect.stringContaining(
        `To choose among the options in a menu: cd '${folder}' && make menuconfig\n`,
      ),
    });
    rmSync(join(folder, '.config'));
    expect(unikernel(['config']).stderr).toContain('is not there yet: the first build writes it.');
  });

  it('is cleaned by its Makefile, and not where there is nothing to clean', () => {
    const cleaned = unikernel(['clean']);
    expect(cleaned).toMatchObject({ status: 0, stderr: expect.stringContaining('make clean') });
    expect(existsSync(join(folder, 'build/bare_qemu-x86_64'))).toBe(false);
    expect(existsSync(join(folder, '.unikernel'))).toBe(false);
    expect(unikernel(['clean'])).toMatchObject({ status: 0, stderr: '' });
  });
});
