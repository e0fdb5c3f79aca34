/** For tests: images that no project of ours built, made of test-fixtures/bare. */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const FIXTURE = resolve(__dirname, '../../../test-fixtures/bare');

export class BareImages {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'bare-')));

  constructor() {
    cpSync(FIXTURE, this.folder, { recursive: true });
  }

  source(name: string): string {
    return join(this.folder, name);
  }

  /** ELF64 with a PVH note and its symbols. */
  pvh(): string {
    return this.#link('bare-pvh', 'x86_64');
  }

  /** The same with threads of a scheduler, and the likes of it for arm64. */
  threads(architecture: 'x86_64' | 'arm64'): string {
    if (architecture === 'x86_64') return this.#link('bare-threads', 'x86_64', 'threads.c');
    const image = this.source('bare-arm64-threads');
    this.#link('bare-arm64-threads.dbg', 'arm64', 'threads.c');
    this.#run('aarch64-linux-gnu-objcopy', ['-O', 'binary', `${image}.dbg`, image]);
    return image;
  }

  /** What multiboot needs: a stripped ELF32, beside the ELF64 with the symbols, `.dbg`. */
  multiboot(): string {
    const image = this.source('bare-multiboot');
    this.#link('bare-multiboot.dbg', 'x86_64', '-DMULTIBOOT');
    this.#run('objcopy', ['-O', 'elf32-i386', '--strip-all', `${image}.dbg`, image]);
    return image;
  }

  /** What Linux's boot protocol for PCs takes: real-mode code before the flat kernel, beside the ELF64 with the symbols. */
  linux(): string {
    const image = this.source('bare-linux');
    this.#link('bare-linux.dbg', 'x86_64', '-DLINUX');
    this.#run('objcopy', ['-O', 'binary', `${image}.dbg`, `${image}.kernel`]);
    this.#run('gcc', ['-c', 'x86_64/setup.S', '-o', 'setup.o']);
    this.#run('ld', ['-m', 'elf_x86_64', '-Ttext=0', '--oformat=binary', '-o', 'setup.bin', 'setup.o']);
    const setup = Buffer.alloc(1024);
    readFileSync(this.source('setup.bin')).copy(setup);
    writeFileSync(image, Buffer.concat([setup, readFileSync(`${image}.kernel`)]));
    return image;
  }

  /** A flat Linux image for arm64, beside the ELF64 with the symbols. */
  arm64(): string {
    const image = this.source('bare-arm64');
    this.#link('bare-arm64.dbg', 'arm64');
    this.#run('aarch64-linux-gnu-objcopy', ['-O', 'binary', `${image}.dbg`, image]);
    return image;
  }

  /** An application for UEFI that can be moved, beside the ELF64 with its symbols. */
  efi(architecture: 'x86_64' | 'arm64'): string {
    const image = this.source(`bare-${architecture}.efi`);
    const common = [
      '-O0',
      '-g3',
      '-ffreestanding',
      '-fno-ident',
      '-fno-stack-protector',
      '-mgeneral-regs-only',
    ];
    const compile = [...common, '-nostdlib', '-I', architecture];
    if (architecture === 'arm64') {
      const link = ['-static', '-Wl,--build-id=none', '-Wl,--no-warn-rwx-segments', '-T', 'efi.lds'];
      const flags = ['-fpie', '-mstrict-align', ...link, '-o', `${image}.dbg`];
      this.#run('aarch64-linux-gnu-gcc', [...compile, ...flags, 'efi.c']);
      const format = ['-O', 'pei-aarch64-little', '--subsystem', '10'];
      this.#run('aarch64-linux-gnu-objcopy', ['--strip-all', ...format, `${image}.dbg`, image]);
      return image;
    }
    const flags = ['-fno-pie', '-mcmodel=large', '-fno-asynchronous-unwind-tables', '-mno-red-zone'];
    this.#run('gcc', [...compile, ...flags, '-c', 'efi.c', '-o', 'efi.o']);
    this.#run('ld', ['-m', 'i386pep', '--subsystem', '10', '-e', 'efi_main', '-o', image, 'efi.o']);
    this.#run('objcopy', ['-I', 'pei-x86-64', '-O', 'elf64-x86-64', image, `${image}.dbg`]);
    this.#run('objcopy', ['--strip-all', image]);
    return image;
  }

  /** A copy under another name, without what stands beside the first. */
  copy(image: string, name: string): string {
    const place = this.source(name);
    copyFileSync(image, place);
    return place;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What makes an ELF64 with symbols, to be run in {@link folder}. */
  linkCommand(name: string, architecture: 'x86_64' | 'arm64', ...more: string[]): readonly string[] {
    const isArm = architecture === 'arm64';
    return [
      isArm ? 'aarch64-linux-gnu-gcc' : 'gcc',
      ...['-O0', '-g3', '-gdwarf-5', '-ffreestanding', '-fno-pie', '-fno-stack-protector', '-nostdlib'],
      ...(isArm
        ? ['-mgeneral-regs-only', '-mstrict-align', '-march=armv8.1-a']
        : ['-mno-red-zone', '-mgeneral-regs-only']),
      ...[
        '-static',
        '-no-pie',
        '-Wl,--build-id=none',
        '-Wl,-z,max-page-size=4096',
        '-Wl,--no-warn-rwx-segments',
      ],
      ...['-I', architecture, '-T', `${architecture}/link.lds`, '-o', name, ...more],
      ...[`${architecture}/boot.S`, 'weak_main.c', 'main.c'],
    ];
  }

  #link(name: string, architecture: 'x86_64' | 'arm64', ...more: string[]): string {
    const [program = '', ...args] = this.linkCommand(name, architecture, ...more);
    this.#run(program, args);
    return this.source(name);
  }

  #run(program: string, args: readonly string[]): void {
    execFileSync(program, args, { cwd: this.folder, stdio: 'pipe' });
  }
}
