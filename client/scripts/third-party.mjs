/**
 * Brings the third-party sources that the built-in kernel's libraries are compiled from: pinned in
 * kernel-sdk/third-party.json, verified, and unpacked into kernel-sdk/third-party, which git ignores and
 * the package ships.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure, runScript } from './run-command.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const SDK = join(ROOT, 'kernel-sdk');
const ARCHITECTURES = ['x86_64', 'aarch64'];

/**
 * @typedef {object} Pin
 * @property {string} title
 * @property {string} homepage
 * @property {string} licence The licence's file, one of those kept.
 * @property {string} [note] What to say of the licence.
 * @property {{ package: string, version: string, file: string, sha256: string }} [debian]
 * @property {{ package: string, version: string, integrity: string }} [npm]
 * @property {readonly string[]} keep What of the archive is kept, by path.
 * @property {readonly string[]} [leaveOut] Names of files and folders in there that are not.
 */

/** Where downloads are kept, by their hash. @returns {string} */
function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'unikernel-tools', 'third-party');
}

/** Unpacks what is missing or was pinned otherwise; does nothing when all is current. */
export function ensureThirdParty({
  pins = join(SDK, 'third-party.json'),
  folder = join(SDK, 'third-party'),
  cache = cacheFolder(),
} = {}) {
  const text = readFileSync(pins, 'utf8');
  const wanted = hash('sha256', 'hex', text + readFileSync(import.meta.filename, 'utf8'));
  const made = join(folder, 'pins');
  if (existsSync(made) && readFileSync(made, 'utf8') === wanted) return;
  /** @type {Record<string, Pin>} */
  const all = JSON.parse(text);
  const archives = bringArchives(all, cache);
  const fresh = `${folder}.${process.pid}.new`;
  try {
    for (const [name, pin] of Object.entries(all)) unpack(archives[name] ?? '', pin, join(fresh, name));
    if (existsSync(join(fresh, 'musl/arch'))) generateMusl(join(fresh, 'musl'));
    // Builds take what they have compiled for good as long as this is the same.
    writeFileSync(join(fresh, 'stamp'), contentHash(fresh));
    writeFileSync(join(fresh, 'pins'), wanted);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/**
 * Throws one Failure for all that cannot be had.
 * @param {Record<string, Pin>} pins @param {string} cache @returns {Record<string, string>} Verified archives.
 */
function bringArchives(pins, cache) {
  const scratch = mkdtempSync(join(tmpdir(), 'unikernel-third-party-'));
  /** @type {Record<string, string>} */
  const archives = {};
  /** @type {string[]} */
  const missing = [];
  try {
    for (const [name, pin] of Object.entries(pins)) {
      const cached = join(cache, archiveName(name, pin));
      archives[name] = cached;
      if (existsSync(cached) && matches(cached, pin)) continue;
      console.error(`Bringing ${pin.title}.`);
      const problem = download(name, pin, scratch, cached);
      if (problem !== '') missing.push(`  ${archiveName(name, pin)}, ${pin.title}: ${problem}`);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  if (missing.length === 0) return archives;
  throw new Failure(
    `Third-party sources are missing. They are not in '${cache}', and could not be brought there:\n${missing.join('\n')}\nConnect to the network and run 'npm run setup', or put these files into that folder yourself.`,
  );
}

/** @param {string} name @param {Pin} pin @returns {string} */
function archiveName(name, { debian, npm }) {
  return debian?.file ?? `${name}-${npm?.version}.tgz`;
}

/**
 * Nothing that was not verified comes into the cache.
 * @param {string} name @param {Pin} pin @param {string} scratch @param {string} cached
 * @returns {string} What went wrong.
 */
function download(name, pin, scratch, cached) {
  const folder = join(scratch, name);
  mkdirSync(folder);
  const problem = pin.debian
    ? downloadFromDebian(pin.debian, folder, join(scratch, 'apt'))
    : downloadFromNpm(pin.npm, folder);
  const downloaded = readdirSync(folder)
    .filter((entry) => (pin.debian ? entry === pin.debian.file : entry.endsWith('.tgz')))
    .map((entry) => join(folder, entry))[0];
  if (downloaded === undefined) return problem || 'the download has another name than the pinned one.';
  if (!matches(downloaded, pin)) {
    return `what was downloaded is not what kernel-sdk/third-party.json pins: its hash differs. It was not kept.`;
  }
  mkdirSync(dirname(cached), { recursive: true });
  const partial = `${cached}.${process.pid}.new`;
  cpSync(downloaded, partial);
  renameSync(partial, cached);
  return '';
}

/** @param {string} file @param {Pin} pin @returns {boolean} */
function matches(file, pin) {
  const content = readFileSync(file);
  if (pin.debian) return hash('sha256', 'hex', content) === pin.debian.sha256;
  return `sha512-${hash('sha512', 'base64', content)}` === pin.npm?.integrity;
}

/**
 * A Debian source package, by apt with lists of its own: the machine's sources, turned to source packages, in
 * a private state folder, so that nothing of the machine's changes.
 * @param {NonNullable<Pin['debian']>} pin @param {string} folder @param {string} state Made by the first call.
 * @returns {string} What went wrong.
 */
function downloadFromDebian(pin, folder, state) {
  if (spawnSync('apt-get', ['--version']).status !== 0)
    return 'it comes as a Debian source package, and this machine has no apt-get.';
  const parts = join(state, 'sources.d');
  const options = [
    `Dir::State=${state}`,
    `Dir::State::lists=${join(state, 'lists')}`,
    `Dir::Cache=${join(state, 'cache')}`,
    'Dir::Etc::sourcelist=/dev/null',
    `Dir::Etc::sourceparts=${parts}`,
    'APT::Sandbox::User=root',
    'Acquire::Retries=2',
    'Acquire::http::Timeout=20',
    'Acquire::https::Timeout=20',
  ].flatMap((option) => ['-o', option]);
  if (!existsSync(state)) {
    for (const made of [parts, join(state, 'lists/partial'), join(state, 'cache/archives/partial')])
      mkdirSync(made, { recursive: true });
    for (const file of aptSources()) {
      const text = readFileSync(file, 'utf8');
      writeFileSync(
        join(parts, file.replaceAll('/', '_')),
        text.replace(/^Types:.*$/gm, 'Types: deb-src').replace(/^deb\s/gm, 'deb-src '),
      );
    }
    // Sources that this package is not in may fail; what counts is whether the download does.
    const { stderr } = spawnSync('apt-get', ['update', '-qq', ...options], { encoding: 'utf8' });
    writeFileSync(join(state, 'update'), stderr);
  }
  const { status, stderr } = spawnSync(
    'apt-get',
    ['source', '--download-only', '-qq', ...options, `${pin.package}=${pin.version}`],
    { cwd: folder, encoding: 'utf8' },
  );
  if (status === 0) return '';
  const unreachable = /^.*(?:Could not|Failed to fetch|Temporary failure).*$/m;
  return unreachable.exec(readFileSync(join(state, 'update'), 'utf8'))?.[0] ?? lastLine(stderr);
}

/** @returns {string[]} The machine's lists of Debian sources. */
function aptSources() {
  const parts = '/etc/apt/sources.list.d';
  const files = existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : [];
  return ['/etc/apt/sources.list', ...files].filter(
    (file) =>
      /\.(list|sources)$/.test(file) && existsSync(file) && readFileSync(file, 'utf8').includes('deb'),
  );
}

/** @param {Pin['npm']} pin @param {string} scratch @returns {string} What went wrong. */
function downloadFromNpm(pin, scratch) {
  const { status, stderr, error } = spawnSync(
    'npm',
    ['pack', '--silent', '--pack-destination', scratch, `${pin?.package}@${pin?.version}`],
    { cwd: scratch, encoding: 'utf8' },
  );
  return status === 0 ? '' : (error?.message ?? (lastLine(stderr) || 'npm said nothing.'));
}

/** @param {string} archive @param {Pin} pin @param {string} to */
function unpack(archive, pin, to) {
  const scratch = mkdtempSync(join(tmpdir(), 'unikernel-unpack-'));
  try {
    const { status, stderr, error } = spawnSync('tar', ['-xf', archive, '-C', scratch], { encoding: 'utf8' });
    if (status !== 0)
      throw new Failure(`'${archive}' cannot be unpacked: ${error?.message ?? lastLine(stderr)}`);
    const top = readdirSync(scratch)[0] ?? '';
    for (const kept of pin.keep) {
      mkdirSync(dirname(join(to, kept)), { recursive: true });
      cpSync(join(scratch, top, kept), join(to, kept), {
        recursive: true,
        filter: (path) => !(pin.leaveOut ?? []).includes(basename(path)),
      });
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * The headers that musl's own Makefile generates (rules alltypes.h, syscall.h and version.h there), and the
 * system calls' names by number.
 * @param {string} musl
 */
function generateMusl(musl) {
  const version = readFileSync(join(musl, 'VERSION'), 'utf8').trim();
  const common = readFileSync(join(musl, 'include/alltypes.h.in'), 'utf8');
  for (const architecture of ARCHITECTURES) {
    const own = join(musl, 'arch', architecture, 'bits');
    const to = join(musl, 'generated', architecture);
    mkdirSync(join(to, 'bits'), { recursive: true });
    const types = readFileSync(join(own, 'alltypes.h.in'), 'utf8') + common;
    writeFileSync(join(to, 'bits/alltypes.h'), alltypes(types));
    const numbers = readFileSync(join(own, 'syscall.h.in'), 'utf8');
    writeFileSync(
      join(to, 'bits/syscall.h'),
      numbers + numbers.replace(/^#define __NR_/gm, '#define SYS_').replace(/^(?!#define SYS_).*\n/gm, ''),
    );
    const names = [...numbers.matchAll(/^#define\s+__NR_(\w+)\s+(\d+)/gm)];
    writeFileSync(
      join(to, 'syscall_names.h'),
      names.map(([, name, number]) => `[${number}] = "${name}",\n`).join(''),
    );
    writeFileSync(join(to, 'version.h'), `#define VERSION "${version}"\n`);
  }
}

/** tools/mkalltypes.sed. @param {string} text @returns {string} */
function alltypes(text) {
  /** @param {string} tag @param {string} words */
  const once = (tag, words) =>
    `#if defined(__NEED_${tag}) && !defined(__DEFINED_${tag})\n${words}\n#define __DEFINED_${tag}\n#endif\n`;
  return text
    .replace(/^TYPEDEF (.*) ([^ ]*);$/gm, (_, type, name) => once(name, `typedef ${type} ${name};`))
    .replace(/^(STRUCT|UNION) +([^ ]*) (.*);$/gm, (_, kind, name, body) =>
      once(`${kind.toLowerCase()}_${name}`, `${kind.toLowerCase()} ${name} ${body};`),
    );
}

/** @param {string} folder @returns {string} Of every file's path and content. */
function contentHash(folder) {
  const all = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort())
    all.update(`\0${relative(folder, path)}\0`).update(readFileSync(path));
  return all.digest('hex');
}

/** @param {string} algorithm @param {'hex' | 'base64'} form @param {string | Buffer} content @returns {string} */
function hash(algorithm, form, content) {
  return createHash(algorithm).update(content).digest(form);
}

/** @param {string} text @returns {string} */
function lastLine(text) {
  return text.trim().split('\n').at(-1) ?? '';
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runScript(async () => ensureThirdParty());
}
