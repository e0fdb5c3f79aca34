/**
 * Kconfig: reading a tree and working its values out, for one of Linux's size that is made here, and for Linux
 * itself beside its own `conf` where `npm run test:kconfig` has unpacked and built them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { dotConfig, evaluateKconfig, type FileSyntax, parseKconfig } from '../src/kconfig';

const ROUNDS = 7;
const SYMBOLS = 20_000;
const FILES = 1_500;

/** A tree like Linux's: menus, choices, selects, ranges, help, and conditions that look back. */
function makeTree(symbols: number, files: number): Map<string, string> {
  const tree = new Map<string, string>();
  const each = Math.ceil(symbols / files);
  let root = 'mainmenu "Tree"\nconfig MODULES\n\tbool "Modules"\n\tmodules\n';
  for (let file = 0; file < files; file++) {
    let text = `menuconfig FILE${file}\n\tbool "File ${file}"\n\tdefault y if ${file % 3}\n\nif FILE${file}\n\n`;
    for (let at = 0; at < each; at++) {
      const id = file * each + at;
      const before = (steps: number) => `OPT${Math.max(0, id - steps)}`;
      text += `config OPT${id}\n\t${id % 3 === 0 ? 'bool' : id % 7 === 0 ? 'int' : 'tristate'} "Option ${id}"\n`;
      if (id > 0)
        text += `\tdepends on ${before(1)} || !${before(5)} && (FILE${file} || ${before(9)} != y)\n`;
      if (id % 7 === 0 && id % 3 !== 0) text += `\trange 1 ${id + 1}\n\tdefault ${id + 5}\n`;
      else if (id % 4 === 0) text += `\tdefault ${id > 0 ? before(3) : 'y'}\n`;
      if (id % 5 === 1 && id % 7 !== 0)
        text += `\tselect SEL${id} if ${before(2)}\n\nconfig SEL${id}\n\tbool\n`;
      text += '\thelp\n\t  Some words about what this option does, and a second line\n\t  of them.\n\n';
    }
    tree.set(`dir${file}/Kconfig`, `${text}endif\n`);
    root += `source "dir${file}/Kconfig"\n`;
  }
  return tree.set('Kconfig', root);
}

function medianOf(measure: () => number): number {
  const values = Array.from({ length: ROUNDS }, measure);
  return values.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

function timeOf(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const reader = (tree: ReadonlyMap<string, string | undefined>) => (path: string) => {
  const text = tree.get(path);
  return text === undefined ? undefined : { file: path, text };
};

function readMade(tree: ReadonlyMap<string, string>, cache?: Map<string, FileSyntax>) {
  return parseKconfig(
    'Kconfig',
    tree.get('Kconfig') ?? '',
    reader(tree),
    cache === undefined ? {} : { cache },
  );
}

/** Linux, as the script has unpacked it. */
const LINUX = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'unikernel-tools/linux-6.1');

const ENVIRONMENT: Readonly<Record<string, string>> = {
  ...{ ARCH: 'x86', SRCARCH: 'x86', srctree: '.', KERNELVERSION: '6.1', CC: 'gcc', HOSTCC: 'gcc', LD: 'ld' },
  ...{ AR: 'ar', NM: 'nm', OBJCOPY: 'objcopy', RUSTC: 'rustc', BINDGEN: 'bindgen', PAHOLE: 'pahole' },
};

function readLinux(shell: (command: string) => string): number {
  const texts = new Map<string, string | undefined>();
  return timeOf(() => {
    const read = (path: string) => {
      if (!texts.has(path)) {
        const file = resolve(LINUX, path);
        texts.set(path, existsSync(file) ? readFileSync(file, 'utf8') : undefined);
      }
      return reader(texts)(path);
    };
    const root = read('Kconfig')?.text ?? '';
    return dotConfig(
      evaluateKconfig(parseKconfig('Kconfig', root, read, { variables: ENVIRONMENT, shell }), []),
    );
  });
}

/** The reference is given the answers in the order in which it asks, so that nothing but its own work counts. */
const REPLAY = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
FILE *popen(const char *command, const char *mode) {
  static FILE *answers;
  static char line[65536];
  if (!answers) answers = fopen(getenv("ANSWERS"), "r");
  if (!fgets(line, sizeof line, answers)) abort();
  return fmemopen(line, strlen(line), "r");
}
int pclose(FILE *stream) { return fclose(stream); }
`;

function besideLinux() {
  const folder = mkdtempSync(join(tmpdir(), 'kconfig-bench-'));
  try {
    const known = new Map<string, string>();
    const asked: string[] = [];
    const record = (command: string) => {
      const options = {
        cwd: LINUX,
        env: { PATH: process.env.PATH, ...ENVIRONMENT },
        encoding: 'utf8',
      } as const;
      const answer = known.get(command) ?? spawnSync('/bin/sh', ['-c', command], options).stdout;
      known.set(command, answer);
      const text = answer.replace(/\n+$/, '').replaceAll('\n', ' ');
      asked.push(text);
      return text;
    };
    readLinux(record);
    writeFileSync(join(folder, 'answers'), asked.map((answer) => `${answer}\n`).join(''));
    writeFileSync(join(folder, 'replay.c'), REPLAY);
    execFileSync('gcc', ['-O2', '-shared', '-fPIC', '-o', 'replay.so', 'replay.c'], { cwd: folder });
    const env = {
      ...{ PATH: process.env.PATH, ...ENVIRONMENT, ANSWERS: join(folder, 'answers') },
      ...{ LD_PRELOAD: join(folder, 'replay.so'), KCONFIG_CONFIG: join(folder, '.config') },
      ...{ KCONFIG_AUTOCONFIG: join(folder, 'auto.conf'), KCONFIG_AUTOHEADER: join(folder, 'auto.h') },
      KCONFIG_RUSTCCFG: join(folder, 'rust'),
    };
    const conf = join(LINUX, 'built/conf');
    const run = () =>
      execFileSync(conf, ['-s', '--alldefconfig', 'Kconfig'], { cwd: LINUX, env, stdio: 'pipe' });
    const baseline = medianOf(() => timeOf(run));
    return { value: medianOf(() => readLinux((command) => known.get(command)?.trimEnd() ?? '')), baseline };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const benchmarks = [
  {
    group: 'kconfig',
    name: `read and evaluate ${SYMBOLS} options in ${FILES} files`,
    unit: 'ms',
    goal: 1500,
    run: async () => {
      const tree = makeTree(SYMBOLS, FILES);
      return { value: medianOf(() => timeOf(() => dotConfig(evaluateKconfig(readMade(tree), [])))) };
    },
  },
  {
    group: 'kconfig',
    name: `one value set among ${SYMBOLS}`,
    unit: 'ms',
    goal: 100,
    run: async () => {
      const model = readMade(makeTree(SYMBOLS, FILES));
      let at = 0;
      return { value: medianOf(() => timeOf(() => evaluateKconfig(model, [[`OPT${at++ * 97}`, 'y']]))) };
    },
  },
  {
    group: 'kconfig',
    name: 'one file of a tree of 1000 options edited',
    unit: 'ms',
    goal: 100,
    run: async () => {
      const tree = makeTree(1000, 100);
      const cache = new Map<string, FileSyntax>();
      readMade(tree, cache);
      let edits = 0;
      return {
        value: medianOf(() => {
          tree.set('dir50/Kconfig', `${tree.get('dir50/Kconfig')}\nconfig EDIT${edits++}\n\tbool "edit"\n`);
          return timeOf(() => evaluateKconfig(readMade(tree, cache), []));
        }),
      };
    },
  },
  ...(existsSync(join(LINUX, 'built/conf'))
    ? [
        {
          group: 'kconfig',
          name: "Linux 6.1's tree, beside its own conf",
          unit: 'ms',
          goal: 1500,
          run: async () => besideLinux(),
        },
      ]
    : []),
];
