/**
 * `npm run test:kconfig [-- --count N] [-- --only linux|small]`: holds our evaluation of Kconfig trees against the
 * reference's, text by text: Debian's kconfig-frontends over the built-in kernel, fixtures that use every
 * construct and random trees, and Linux 6.1's own `conf`, built from Debian's source package, over those and over Linux itself.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  buildReference,
  compare,
  compareConfig,
  compareRandomTrees,
  compareTree,
  disturb,
  randomNumbers,
  readTree,
  runReference,
  smallTrees,
} from './kconfig-reference.mjs';
import { loadTypeScript } from './load-typescript.mjs';
import { Failure, runScript } from './run-command.mjs';
import { ensureSetup } from './setup.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
/** Where Debian's package `linux-source-6.1` puts its archive. */
const ARCHIVE = '/usr/src/linux-source-6.1.tar.xz';

/** @typedef {import('./kconfig-reference.mjs').Tree} Tree */
/** @typedef {import('./kconfig-reference.mjs').Verdict} Verdict */
/** @typedef {import('./kconfig-reference.mjs').Kconfig} Kconfig */

await runScript(async () => {
  const args = process.argv.slice(2).filter((argument) => argument !== '--');
  const { values } = parseArgs({ args, options: { count: { type: 'string' }, only: { type: 'string' } } });
  await ensureSetup({ needs: ['kconfig', 'kconfig-sources'] });
  const module = /** @type {unknown} */ (await loadTypeScript('kernel-sdk/src/kconfig/index.ts'));
  const kconfig = /** @type {Kconfig} */ (module);
  const linux = unpack();
  const program = buildReference(join(linux, 'scripts/kconfig'), join(linux, 'built'));
  /** @type {Verdict[]} */
  const verdicts = [];
  if (values.only !== 'linux') {
    for (const tree of smallTrees(ROOT, program)) {
      verdicts.push(
        ...tell(
          `${tree.root} as in ${tree.dialect}`,
          compareTree(kconfig, tree, Number(values.count ?? 300)),
        ),
      );
    }
  }
  if (values.only !== 'linux') {
    for (const { program: each, dialect } of smallTrees(ROOT, program).filter(
      ({ root }) => root !== 'Config.uk',
    )) {
      const count = Number(values.count ?? 300);
      const found = compareRandomTrees(kconfig, { program: each, dialect }, count);
      verdicts.push(...tell(`${count} random trees as in ${dialect}`, found));
    }
  }
  if (values.only !== 'small') {
    const tree = linuxTree(linux, program);
    verdicts.push(...tell('Linux 6.1', compareLinux(kconfig, tree, Number(values.count ?? 50))));
  }
  const wrong = verdicts.filter(({ agrees }) => !agrees).length;
  console.log(`\n${verdicts.length - wrong} of ${verdicts.length} texts agree`);
  return wrong > 0 ? 1 : 0;
});

/** @param {string} title @param {Verdict[]} verdicts @returns {Verdict[]} */
function tell(title, verdicts) {
  const wrong = verdicts.filter(({ agrees }) => !agrees);
  console.log(`${title}: ${verdicts.length - wrong.length} of ${verdicts.length} agree`);
  for (const { title: which, difference } of wrong.slice(0, 20)) console.log(`  ${which}: ${difference}`);
  return verdicts;
}

/** @returns {string} A folder with the parts of Linux's source that its configuration reads. */
function unpack() {
  if (!existsSync(ARCHIVE)) throw new Failure(`There is no '${ARCHIVE}': install linux-source-6.1.`);
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(cache, 'unikernel-tools', 'linux-6.1');
  if (existsSync(folder)) return folder;
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  console.log('Unpacking what Linux 6.1 is configured with.');
  const parts = ['*Kconfig*', '*/scripts/*', '*/arch/x86/configs/*', '*/kernel/configs/*', '*/Makefile'];
  const tar = ['-xJf', ARCHIVE, '-C', fresh, '--strip-components=1', '--wildcards', ...parts];
  execFileSync('tar', tar, { stdio: ['ignore', 'ignore', 'inherit'] });
  renameSync(fresh, folder);
  return folder;
}

/** @param {string} folder @param {string} program @returns {Tree} For x86_64, as Linux's Makefile says it. */
function linuxTree(folder, program) {
  const makefile = readFileSync(join(folder, 'Makefile'), 'utf8');
  /** @param {string} name */
  const number = (name) => new RegExp(`^${name} = (\\d*)`, 'm').exec(makefile)?.[1] ?? '';
  const [compiler = ''] = execFileSync('gcc', ['--version'], { encoding: 'utf8' }).split('\n');
  const environment = {
    ARCH: 'x86',
    SRCARCH: 'x86',
    srctree: '.',
    KERNELVERSION: `${number('VERSION')}.${number('PATCHLEVEL')}.${number('SUBLEVEL')}`,
    CC: 'gcc',
    CC_VERSION_TEXT: compiler,
    HOSTCC: 'gcc',
    LD: 'ld',
    AR: 'ar',
    NM: 'nm',
    OBJCOPY: 'objcopy',
    RUSTC: 'rustc',
    BINDGEN: 'bindgen',
    PAHOLE: 'pahole',
  };
  return { folder, root: 'Kconfig', environment, program, dialect: '6.1' };
}

/** @param {Kconfig} kconfig @param {Tree} tree @param {number} count @returns {Verdict[]} */
function compareLinux(kconfig, tree, count) {
  const started = performance.now();
  const model = readTree(kconfig, tree);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `Linux: ${model.options.size} options in ${model.files.size} files, recorded and read in ${seconds} s.`,
  );
  /** @type {Verdict[]} */
  const verdicts = compareTree(kconfig, tree, 0);
  const errors = model.problems.filter(({ severity }) => severity === 'error' || severity === 'warning');
  const said = errors.map(({ file, message }) => `${file}: ${message}`).join('\n');
  verdicts.push(compare('no error and no warning in Linux itself', said, ''));
  /** @param {string} path */
  const assigned = (path) => kconfig.readDotConfig(readFileSync(join(tree.folder, path), 'utf8'));
  for (const name of readdirSync(join(tree.folder, 'arch/x86/configs')).filter((each) =>
    each.endsWith('_defconfig'),
  )) {
    const path = `arch/x86/configs/${name}`;
    const ours = kconfig.dotConfig(kconfig.defaultsOf(model, assigned(path)));
    verdicts.push(compare(path, ours, runReference(tree, [`--defconfig=${path}`]).config));
  }
  // What `make tinyconfig` does: nothing but a base, then fragments on top of that.
  const base = 'kernel/configs/tiny-base.config';
  const small = kconfig.dotConfig(kconfig.fillKconfig(model, 'no', assigned(base)));
  const theirs = runReference(tree, ['--allnoconfig'], { environment: { KCONFIG_ALLCONFIG: base } }).config;
  verdicts.push(compare('tinyconfig, its base', small, theirs));
  const fragments = ['kernel/configs/tiny.config', 'arch/x86/configs/tiny.config'].filter((path) =>
    existsSync(join(tree.folder, path)),
  );
  const merged = theirs + fragments.map((path) => readFileSync(join(tree.folder, path), 'utf8')).join('');
  verdicts.push(...compareConfig(kconfig, tree, model, 'tinyconfig', merged));
  for (let seed = 1; seed <= count; seed++) {
    const environment = { KCONFIG_SEED: String(seed) };
    const { config } = runReference(tree, ['--randconfig'], { environment });
    const disturbed = disturb(config, randomNumbers(seed));
    verdicts.push(...compareConfig(kconfig, tree, model, `random ${seed}`, disturbed));
  }
  return verdicts;
}
