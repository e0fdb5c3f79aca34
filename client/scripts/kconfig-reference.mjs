/**
 * Runs the reference implementation of the configuration language beside ours and compares what they write.
 * Random numbers come from a seed, so that a disagreement can be had again.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findOnPath } from './find-on-path.mjs';
import { randomKconfig } from './random-kconfig.mjs';

/** @typedef {typeof import('@unikernel-tools/kernel-sdk/kconfig')} Kconfig */
/** @typedef {import('@unikernel-tools/kernel-sdk/kconfig').ParsedKconfig} Model */

/**
 * A tree, with what its macros and its reference need.
 * @typedef {object} Tree
 * @property {string} folder Where paths begin.
 * @property {string} root The first file, relative to the folder.
 * @property {Readonly<Record<string, string>>} environment
 * @property {string} program The reference.
 * @property {import('@unikernel-tools/kernel-sdk/kconfig').DialectName} dialect
 */

/** What became of one comparison. @typedef {{ title: string, agrees: boolean, difference: string }} Verdict */

/**
 * The built-in kernel and the fixtures, with each reference that is there.
 * @param {string} repository @param {string} [conf] Linux 6.1's. @returns {Tree[]}
 */
export function smallTrees(repository, conf) {
  const kernel = { folder: join(repository, 'kernel-sdk/kernel'), root: 'Config.uk', environment: {} };
  const fixtures = join(repository, 'test-fixtures/kconfig');
  const environment = { KCONFIG_TEST_FOLDER: '/somewhere' };
  /** @type {Tree[]} */
  const trees = [];
  const frontends = findOnPath('kconfig-conf');
  if (frontends !== undefined) {
    const old = /** @type {const} */ ({ program: frontends, dialect: '4.11' });
    trees.push({ ...kernel, ...old }, { folder: fixtures, root: 'old.kconfig', environment, ...old });
  }
  if (conf !== undefined) {
    const recent = /** @type {const} */ ({ program: conf, dialect: '6.1' });
    // Linux 6.1's takes no 'source' within a choice, which the kernel's tree has.
    trees.push({ folder: fixtures, root: 'new.kconfig', environment, ...recent });
  }
  return trees;
}

/** @param {number} seed @returns {() => number} Numbers from 0 to below 1. */
export function randomNumbers(seed) {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Reads a tree with ours. What a command prints is recorded here once: the product runs none.
 * @param {Kconfig} kconfig @param {Tree} tree @param {Map<string, string>} [recorded]
 * @returns {Model}
 */
export function readTree(kconfig, tree, recorded = new Map()) {
  /** @param {string} path */
  const read = (path) => {
    const file = resolve(tree.folder, path);
    return existsSync(file) ? { file: path, text: readFileSync(file, 'utf8') } : undefined;
  };
  return kconfig.parseKconfig(tree.root, read(tree.root)?.text ?? '', read, {
    variables: tree.environment,
    dialect: kconfig.DIALECTS[tree.dialect],
    list: (folder) => readdirSync(resolve(tree.folder, folder)),
    shell: (command) => {
      const known = recorded.get(command);
      if (known !== undefined) return known;
      const env = { PATH: process.env.PATH, ...tree.environment };
      const { stdout } = spawnSync('/bin/sh', ['-c', command], { cwd: tree.folder, env, encoding: 'utf8' });
      const answer = stdout.replace(/\n+$/, '').replaceAll('\n', ' ');
      recorded.set(command, answer);
      return answer;
    },
  });
}

/**
 * Runs the reference in a folder of its own.
 * @param {Tree} tree
 * @param {readonly string[]} args
 * @param {{ config?: string, environment?: Record<string, string> }} [given] A `.config` to begin with.
 * @returns {{ config: string, minimal: string, status: number, messages: string }}
 */
export function runReference(tree, args, { config, environment } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'kconfig-'));
  try {
    const dotConfig = join(folder, '.config');
    const minimal = join(folder, 'minimal');
    if (config !== undefined) writeFileSync(dotConfig, config);
    const { status, stderr } = spawnSync(
      tree.program,
      [...args.map((argument) => argument.replace('MINIMAL', minimal)), tree.root],
      {
        cwd: tree.folder,
        encoding: 'utf8',
        maxBuffer: 1 << 28,
        env: {
          PATH: process.env.PATH,
          ...tree.environment,
          KCONFIG_CONFIG: dotConfig,
          KCONFIG_AUTOCONFIG: join(folder, 'auto.conf'),
          KCONFIG_AUTOHEADER: join(folder, 'auto.h'),
          KCONFIG_RUSTCCFG: join(folder, 'rust'),
          ...environment,
        },
      },
    );
    /** @param {string} path */
    const text = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
    return { config: text(dotConfig), minimal: text(minimal), status: status ?? -1, messages: stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A `.config` with values for some of the options, now and then one that is not possible.
 * @param {Model} model @param {() => number} random @returns {string}
 */
export function randomConfig(model, random) {
  /** @param {number} below */
  const upTo = (below) => Math.floor(random() * below);
  /** @template T @param {readonly T[]} all @returns {T} */
  const one = (all) => /** @type {T} */ (all[upTo(all.length)]);
  const share = 0.2 + random() * 0.75;
  let text = '';
  for (const { name, type } of model.options.values()) {
    if (random() > share) continue;
    switch (type) {
      case 'string':
        text += `CONFIG_${name}=${one(['""', '"text"', '"a \\"b\\" \\\\ c"', '"n"', '"7"', '"#1"'])}\n`;
        break;
      case 'int':
        text += `CONFIG_${name}=${one(['0', '-4', '3', '60', '256', '257', '5000', '010', 'x', String(upTo(100000))])}\n`;
        break;
      case 'hex':
        text += `CONFIG_${name}=${one(['0x0', '0x100', 'ff', '0XAB', '0xffffffffffffffff', 'g', '0x7fffffff00000000'])}\n`;
        break;
      default: {
        const value = one(type === 'tristate' ? ['y', 'm', 'n', 'n', 'y'] : ['y', 'y', 'n', 'n', 'm']);
        text += value === 'n' ? `# CONFIG_${name} is not set\n` : `CONFIG_${name}=${value}\n`;
      }
    }
  }
  return random() < 0.1 ? `${text}CONFIG_NOBODY_DECLARES_THIS=y\n` : text;
}

/**
 * A configuration that exists, with some of its lines lost or changed.
 * @param {string} config @param {() => number} random @returns {string}
 */
export function disturb(config, random) {
  return config
    .split('\n')
    .filter(() => random() > 0.15)
    .map((line) => {
      if (random() > 0.05) return line;
      return line
        .replace(/=y$/, '=m')
        .replace(/=(\d+)$/, '=9$1')
        .replace(/^# (\w+) is not set$/, '$1=y');
    })
    .join('\n');
}

/** @param {string} title @param {string} ours @param {string} theirs @returns {Verdict} */
export function compare(title, ours, theirs) {
  if (ours === theirs) return { title, agrees: true, difference: '' };
  const [mine, others] = [ours.split('\n'), theirs.split('\n')];
  const at = mine.findIndex((line, index) => line !== others[index]);
  const difference = `line ${at + 1}: ours '${mine[at]}', the reference '${others[at]}'`;
  return { title, agrees: false, difference };
}

/**
 * `olddefconfig` and `savedefconfig` of random assignments, and the modes that fill everything.
 * @param {Kconfig} kconfig @param {Tree} tree @param {number} count @returns {Verdict[]}
 */
export function compareTree(kconfig, tree, count) {
  const model = readTree(kconfig, tree);
  /** @type {Verdict[]} */
  const verdicts = [];
  for (const [mode, argument] of /** @type {const} */ ([
    ['yes', '--allyesconfig'],
    ['no', '--allnoconfig'],
    ['module', '--allmodconfig'],
    ['default', '--alldefconfig'],
  ])) {
    const ours = kconfig.dotConfig(kconfig.fillKconfig(model, mode));
    verdicts.push(compare(`${tree.root} ${argument}`, ours, runReference(tree, [argument]).config));
  }
  for (let seed = 1; seed <= count; seed++) {
    const config = randomConfig(model, randomNumbers(seed));
    verdicts.push(...compareConfig(kconfig, tree, model, `${tree.root} seed ${seed}`, config));
  }
  return verdicts;
}

/**
 * @param {Kconfig} kconfig @param {Tree} tree @param {Model} model @param {string} title @param {string} config
 * @returns {Verdict[]}
 */
export function compareConfig(kconfig, tree, model, title, config) {
  const assigned = kconfig.readDotConfig(config);
  const whole = kconfig.dotConfig(kconfig.evaluateKconfig(model, assigned));
  const theirs = runReference(tree, ['--olddefconfig'], { config });
  const minimal = kconfig.minimalConfig(kconfig.evaluateKconfig(model, assigned));
  const saved = runReference(tree, ['--savedefconfig=MINIMAL'], { config });
  return [
    compare(`${title} olddefconfig`, whole, theirs.config),
    compare(`${title} savedefconfig`, minimal, saved.minimal),
  ];
}

/**
 * Trees that are made at random: whether they are accepted, and what they say where they are.
 * @param {Kconfig} kconfig @param {Pick<Tree, 'program' | 'dialect'>} reference @param {number} count
 * @returns {Verdict[]}
 */
export function compareRandomTrees(kconfig, reference, count) {
  const folder = mkdtempSync(join(tmpdir(), 'kconfig-trees-'));
  try {
    /** @type {Verdict[]} */
    const verdicts = [];
    for (let seed = 1; seed <= count; seed++) {
      const tree = { ...reference, folder, root: `tree-${seed}`, environment: {} };
      writeFileSync(join(folder, tree.root), randomKconfig(randomNumbers(seed), tree.dialect === '4.11'));
      const errors = readTree(kconfig, tree).problems.filter(({ severity }) => severity === 'error');
      const { status, messages } = runReference(tree, ['--olddefconfig'], { config: '' });
      const rejected = status !== 0 || messages.includes('recursive dependency');
      // What 4.11 takes for a cycle of implies is a matter of where the search begins.
      if (tree.dialect !== '4.11') {
        const said = (/** @type {boolean} */ wrong) => (wrong ? 'has a cycle' : 'has none');
        verdicts.push(compare(`${tree.root} cycles`, said(errors.length > 0), said(rejected)));
      }
      if (!rejected && errors.length === 0) verdicts.push(...compareTree(kconfig, tree, 2));
    }
    return verdicts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Linux's own `conf`, built from its source.
 * @param {string} sources The folder `scripts/kconfig`. @param {string} folder Where it is built.
 * @returns {string} The program.
 */
export function buildReference(sources, folder) {
  const program = join(folder, 'conf');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const [parser, lexer] = [join(folder, 'parser.tab.c'), join(folder, 'lexer.lex.c')];
  const header = `--defines=${join(folder, 'parser.tab.h')}`;
  /** @type {import('node:child_process').ExecFileSyncOptions} */
  const quiet = { cwd: sources, stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync('bison', ['-o', parser, header, '-t', '-l', 'parser.y'], quiet);
  execFileSync('flex', ['-o', lexer, '-L', 'lexer.l'], quiet);
  const parts = ['conf', 'confdata', 'expr', 'menu', 'preprocess', 'symbol', 'util'].map(
    (name) => `${name}.c`,
  );
  const include = ['-I.', `-I${folder}`, '-I../include'];
  execFileSync('gcc', ['-O2', ...include, '-o', `${program}.new`, ...parts, parser, lexer], quiet);
  execFileSync('mv', [`${program}.new`, program], quiet);
  return program;
}
