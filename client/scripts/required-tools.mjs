/** The programs that are needed besides Node, and the package that each platform has them in. */
import { findOnPath } from './find-on-path.mjs';

/**
 * @typedef {object} RequiredTool
 * @property {string} title What a person calls it.
 * @property {readonly (readonly string[])[]} programs All of these; of each, any one of its names.
 * @property {readonly string[]} apt
 * @property {readonly string[]} dnf
 * @property {readonly string[]} brew
 * @property {readonly (readonly string[])[]} [files] All of these, too; of each, any one of its paths.
 * @property {readonly string[]} [known] Where it stands on macOS, whose applications are not on PATH.
 */

/** @type {Record<'qemu' | 'gdb' | 'compiler' | 'unpacker' | 'userEmulation' | 'gdbserver' | 'promtool' | 'c++' | 'arm64' | 'uefi' | 'clang-format' | 'browser' | 'neovim' | 'kconfig' | 'kconfig-sources', RequiredTool>} */
export const REQUIRED_TOOLS = {
  qemu: {
    title: 'QEMU',
    programs: [['qemu-system-x86_64'], ['qemu-img']],
    apt: ['qemu-system-x86', 'qemu-utils'],
    dnf: ['qemu-system-x86', 'qemu-img'],
    brew: ['qemu'],
  },
  gdb: {
    title: 'GDB',
    programs: [['gdb', 'x86_64-elf-gdb']],
    apt: ['gdb'],
    dnf: ['gdb'],
    brew: ['x86_64-elf-gdb'],
  },
  compiler: {
    title: 'a C compiler',
    programs: [
      ['gcc', 'clang', 'x86_64-elf-gcc'],
      ['ld', 'ld.lld', 'x86_64-elf-ld'],
      ['strip', 'x86_64-elf-strip'],
    ],
    apt: ['gcc', 'binutils', 'libc6-dev'],
    dnf: ['gcc', 'binutils', 'glibc-devel'],
    brew: ['x86_64-elf-gcc'],
  },
  unpacker: {
    title: 'what unpacks source packages',
    programs: [['tar'], process.platform === 'darwin' ? ['tar'] : ['xz']],
    apt: ['tar', 'xz-utils'],
    dnf: ['tar', 'xz'],
    brew: [],
  },
  'c++': {
    title: 'a C++ compiler',
    programs: [['g++', 'clang++', 'x86_64-elf-g++']],
    apt: ['g++'],
    dnf: ['gcc-c++'],
    brew: ['x86_64-elf-gcc'],
  },
  arm64: {
    title: 'what builds, boots and debugs for arm64',
    programs: [
      ['aarch64-linux-gnu-gcc', 'aarch64-elf-gcc'],
      ['qemu-system-aarch64'],
      // Fedora's gdb knows every architecture.
      findOnPath('dnf') ? ['gdb'] : ['gdb-multiarch', 'aarch64-elf-gdb'],
    ],
    apt: ['gcc-aarch64-linux-gnu', 'qemu-system-arm', 'gdb-multiarch'],
    dnf: ['gcc-aarch64-linux-gnu', 'qemu-system-aarch64-core', 'gdb'],
    brew: ['aarch64-elf-gcc', 'qemu', 'aarch64-elf-gdb'],
  },
  uefi: {
    title: 'firmware for UEFI',
    programs: [],
    apt: ['ovmf', 'qemu-efi-aarch64'],
    dnf: ['edk2-ovmf', 'edk2-aarch64'],
    // QEMU's formula brings both.
    brew: ['qemu'],
    files: [
      [
        '/usr/share/ovmf/OVMF.fd',
        '/usr/share/edk2/ovmf/OVMF.fd',
        '/opt/homebrew/share/qemu/edk2-x86_64-code.fd',
      ],
      [
        '/usr/share/qemu-efi-aarch64/QEMU_EFI.fd',
        '/usr/share/edk2/aarch64/QEMU_EFI.fd',
        '/opt/homebrew/share/qemu/edk2-aarch64-code.fd',
      ],
    ],
  },
  promtool: {
    title: 'promtool',
    programs: [['promtool']],
    apt: ['prometheus'],
    dnf: ['golang-github-prometheus'],
    brew: ['prometheus'],
  },
  userEmulation: {
    title: "QEMU's user emulation",
    programs: [['qemu-x86_64', 'qemu-x86_64-static']],
    apt: ['qemu-user'],
    dnf: ['qemu-user'],
    // There is none for macOS.
    brew: [],
  },
  gdbserver: {
    title: "GDB's stub for programs",
    programs: [['gdbserver']],
    apt: ['gdbserver'],
    dnf: ['gdb-gdbserver'],
    // There is none for macOS.
    brew: [],
  },
  'clang-format': {
    title: 'clang-format',
    programs: [['clang-format']],
    apt: ['clang-format'],
    dnf: ['clang-tools-extra'],
    brew: ['clang-format'],
  },
  browser: {
    title: 'Chromium',
    programs: [['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']],
    // The fonts are what the screenshots are legible with.
    apt: ['chromium', 'fonts-dejavu-core', 'fonts-liberation'],
    dnf: ['chromium', 'dejavu-sans-mono-fonts'],
    // A cask, which setup.mjs names in a command of its own.
    brew: [],
    known: [
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
  },
  neovim: {
    title: 'Neovim',
    programs: [['nvim']],
    apt: ['neovim'],
    dnf: ['neovim'],
    brew: ['neovim'],
  },
  kconfig: {
    title: 'the reference for Kconfig',
    programs: [['kconfig-conf'], ['bison'], ['flex'], ['gcc'], ['tar'], ['xz']],
    apt: ['kconfig-frontends-nox', 'bison', 'flex', 'gcc', 'libc6-dev', 'tar', 'xz-utils'],
    // Others have no such package.
    dnf: [],
    brew: [],
  },
  'kconfig-sources': {
    title: "Linux 6.1's source",
    programs: [['linux-source-6.1.tar.xz']],
    apt: ['linux-source-6.1'],
    dnf: [],
    brew: [],
    known: ['/usr/src/linux-source-6.1.tar.xz'],
  },
};
