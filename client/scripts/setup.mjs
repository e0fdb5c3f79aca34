/**
 * Makes a machine ready for the demo and the tests: npm packages, and programs from the system's packages.
 * A second call finds everything in place and starts nothing. Node's own modules only: this runs first.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findOnPath } from './find-on-path.mjs';
import { REQUIRED_TOOLS } from './required-tools.mjs';
import { Failure, runCommand, runScript } from './run-command.mjs';
import { ensureThirdParty } from './third-party.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const OLDEST_NODE = 20;

/** @typedef {keyof typeof REQUIRED_TOOLS} ToolName */

/** What `npm run demo` needs to build, boot and debug. @type {readonly ToolName[]} */
export const DEBUGGING = ['qemu', 'gdb', 'compiler', 'unpacker'];

/** Stubs of others to attach to, of which there are none for macOS. @type {readonly ToolName[]} */
const STUBS = process.platform === 'darwin' ? [] : ['userEmulation', 'gdbserver'];

/** What `npm test` needs. @type {readonly ToolName[]} */
export const TESTING = [
  ...DEBUGGING,
  ...STUBS,
  'c++',
  'arm64',
  'uefi',
  'clang-format',
  'promtool',
  'browser',
  'neovim',
];

/**
 * Throws a Failure that names what is missing and the command that installs it.
 * @param {{ needs: readonly ToolName[] }} options
 */
export async function ensureSetup({ needs }) {
  checkNode();
  const missing = needs.filter((name) => !isInstalled(name));
  if (missing.length > 0) installTools(missing);
  // Not 'ci': it refuses a lock that lacks other platforms' optional packages, which not every registry has.
  if (!packagesAreCurrent()) runCommand('npm', ['install', '--no-audit', '--no-fund'], { cwd: ROOT });
  bringSources();
}

/** What musl, lwIP and SQLite are built from. Where there is no apt, all that needs none of them works without. */
function bringSources() {
  try {
    ensureThirdParty();
  } catch (error) {
    if (!(error instanceof Failure) || findOnPath('apt-get')) throw error;
    console.error(`${error.message}\nUntil then, projects that use these libraries cannot be built.`);
  }
}

/** @returns {string} The path of the browser for the headless forms. */
export function browserPath() {
  const found = programsOf('browser')[0];
  if (found === undefined) throw new Failure(`Chromium is missing. ${adviceFor(['browser'])}`);
  return found;
}

function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= OLDEST_NODE) return;
  throw new Failure(
    `Node.js ${OLDEST_NODE} or newer is needed, and this is ${process.versions.node}. Install it from https://nodejs.org/.`,
  );
}

/** @param {ToolName} name @returns {boolean} */
function isInstalled(name) {
  const { programs, files = [] } = REQUIRED_TOOLS[name];
  return programsOf(name).length === programs.length && files.every((paths) => paths.some(existsSync));
}

/** @param {ToolName} name @returns {string[]} The paths of those of its programs that are there. */
function programsOf(name) {
  const { programs, known = [] } = REQUIRED_TOOLS[name];
  return programs.flatMap((names) => {
    const path = names.map(findOnPath).find((found) => found !== undefined) ?? known.find(existsSync);
    return path === undefined ? [] : [path];
  });
}

/** @param {readonly ToolName[]} missing */
function installTools(missing) {
  const titles = missing.map((name) => REQUIRED_TOOLS[name].title).join(', ');
  const root = process.getuid?.() === 0;
  const sudo = findOnPath('sudo');
  if (process.platform !== 'linux' || !findOnPath('apt-get') || (!root && !sudo)) {
    throw new Failure(`Missing: ${titles}. ${adviceFor(missing)}`);
  }
  console.log(`Missing: ${titles}. Installing ${packagesOf(missing, 'apt').join(' ')}.`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  // Without a terminal there is nobody to type a password: fail rather than wait.
  const unattended = process.stdin.isTTY ? [] : ['-n'];
  /** @param {string[]} args */
  const apt = (...args) => {
    if (root) runCommand('apt-get', args, { env });
    else runCommand('sudo', [...unattended, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args]);
  };
  try {
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', ...packagesOf(missing, 'apt'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(`${reason}\n${titles} could not be installed. ${adviceFor(missing)}`);
  }
  const still = missing.filter((name) => !isInstalled(name));
  if (still.length > 0) {
    const names = still.map((name) => REQUIRED_TOOLS[name].title).join(', ');
    throw new Failure(`The packages are installed, but still not on PATH: ${names}. ${adviceFor(still)}`);
  }
}

/** @param {readonly ToolName[]} missing @param {'apt' | 'dnf' | 'brew'} manager @returns {string[]} */
function packagesOf(missing, manager) {
  return [...new Set(missing.flatMap((name) => REQUIRED_TOOLS[name][manager]))];
}

/** @param {readonly ToolName[]} missing @returns {string} The one line that installs them, for a person to run. */
function adviceFor(missing) {
  if (process.platform === 'darwin') {
    const formulae = packagesOf(missing, 'brew');
    const commands = formulae.length > 0 ? [`brew install ${formulae.join(' ')}`] : [];
    // A cask and a formula cannot be named in one command.
    if (missing.includes('browser')) commands.push('brew install --cask chromium');
    return `Run: ${commands.join(' && ')}`;
  }
  if (findOnPath('dnf')) return `Run: sudo dnf install -y ${packagesOf(missing, 'dnf').join(' ')}`;
  const packages = packagesOf(missing, 'apt').join(' ');
  if (findOnPath('apt-get')) return `Run: sudo apt-get update && sudo apt-get install -y ${packages}`;
  return `Install these with your system's package manager (their names in Debian): ${packages}`;
}

/**
 * Compares what npm noted of its last installation with the lock file, package by package: times tell
 * nothing after a checkout. @returns {boolean}
 */
function packagesAreCurrent() {
  const noted = join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(noted)) return false;
  const installed = JSON.parse(readFileSync(noted, 'utf8')).packages;
  /** @type {Record<string, { version?: string, optional?: boolean, devOptional?: boolean, link?: boolean }>} */
  const locked = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(([path, { version, optional }]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
    const found = installed[path];
    // An optional package of another platform is left out.
    return found === undefined ? optional === true : found.version === version;
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runScript(async () => {
    await ensureSetup({ needs: TESTING });
    console.log('Everything is set up.');
  });
}
