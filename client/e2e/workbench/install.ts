/**
 * Installs the real workbench for the demo and the tests: the VS Code web server out of npm's `code-server`
 * package, with a Node.js new enough for it. Kept in a cache folder outside the repository, by version.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { findOnPath } from '../../scripts/find-on-path.mjs';
import { Failure } from '../../scripts/run-command.mjs';

const run = promisify(execFile);

/** 4.139.1 is Code 1.139.1, which needs Node's `module.registerHooks`. */
const CODE_SERVER = '4.139.1';
const NODE = '24.21.0';

/** Built-in extensions that would talk to services, or show their views. */
const UNWANTED = [
  'copilot',
  'mermaid-markdown-features',
  'github',
  'github-authentication',
  'microsoft-authentication',
];

export interface InstalledWorkbench {
  /** The Node.js that runs the server. */
  readonly node: string;
  /** The server's entry point, `server-main.js`. */
  readonly server: string;
}

/**
 * Resolves at once when the version is in the cache; else downloads about 100 MB from the npm registry.
 * Throws a Failure on another platform, and when a download fails.
 */
export async function installWorkbench(say: (line: string) => void): Promise<InstalledWorkbench> {
  const platform = `${process.platform}-${process.arch}`;
  if (platform !== 'linux-x64' && platform !== 'linux-arm64') {
    throw new Failure(
      `The workbench of the tests runs on Linux, not on ${platform}. Install VS Code and put 'code' on PATH: npm run demo then uses it.`,
    );
  }
  const cache = process.env.UNIKERNEL_TOOLS_CACHE || join(homedir(), '.cache/unikernel-tools');
  const folder = join(cache, `workbench-${CODE_SERVER}-node-${NODE}-${platform}`);
  if (!existsSync(folder)) {
    const started = performance.now();
    say(`Installing the workbench, code-server ${CODE_SERVER}, into ${folder} (once, about half a minute).`);
    await mkdir(cache, { recursive: true });
    const unfinished = await mkdtemp(join(cache, '.unfinished-'));
    try {
      await fill(unfinished, platform);
      await moveInto(folder, unfinished);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
    say(`Installed the workbench in ${((performance.now() - started) / 1000).toFixed(0)} s.`);
  }
  return { node: join(folder, 'node/bin/node'), server: join(folder, 'vscode/out/server-main.js') };
}

/** Only a whole installation gets the name; of two at the same time the first one stays. */
async function moveInto(folder: string, unfinished: string): Promise<void> {
  try {
    await rename(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

async function fill(folder: string, platform: string): Promise<void> {
  const node = join(folder, 'node');
  const vscode = join(folder, 'vscode');
  await Promise.all([
    unpack(`node-${platform}@${NODE}`, folder, node, 'package'),
    unpack(`code-server@${CODE_SERVER}`, folder, vscode, 'package/lib/vscode'),
  ]);
  await Promise.all(
    UNWANTED.map((name) => rm(join(vscode, 'extensions', name), { recursive: true, force: true })),
  );
  // The server's own packages must see the Node.js that will run them.
  const environment = {
    PATH: `${join(node, 'bin')}${delimiter}${process.env.PATH ?? ''}`,
    npm_config_nodedir: node,
  };
  await npm(
    ['install', '--omit=dev', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'],
    vscode,
    environment,
  );
  await Promise.all([installWatcher(vscode, platform), compileLogging(vscode, environment)]);
}

/** The file watcher's native half is one of the optional packages that were left out. */
async function installWatcher(vscode: string, platform: string): Promise<void> {
  const watcher = join(vscode, 'node_modules/@parcel/watcher');
  const { version }: { version: string } = JSON.parse(await readFile(join(watcher, 'package.json'), 'utf8'));
  const name = `watcher-${platform}-glibc`;
  await unpack(`@parcel/${name}@${version}`, vscode, join(vscode, 'node_modules/@parcel', name), 'package');
}

/** Log files and a watchdog: with a C++ compiler at hand. The workbench runs without them. */
async function compileLogging(vscode: string, environment: Record<string, string>): Promise<void> {
  if (!['g++', 'make', 'python3'].every((tool) => findOnPath(tool) !== undefined)) return;
  try {
    await npm(['rebuild', '@vscode/spdlog', '@vscode/native-watchdog'], vscode, environment);
  } catch {
    // What was half built is worse than nothing: the workbench tells an absent module from a broken one.
    for (const name of ['spdlog', 'native-watchdog']) {
      await rm(join(vscode, 'node_modules/@vscode', name, 'build'), { recursive: true, force: true });
    }
  }
}

/** @param member The folder inside the package that becomes `to`. */
async function unpack(name: string, scratch: string, to: string, member: string): Promise<void> {
  const download = await mkdtemp(join(scratch, '.download-'));
  try {
    await npm(['pack', '--silent', name], download);
    const archive = (await readdir(download)).find((file) => file.endsWith('.tgz'));
    if (archive === undefined) throw new Failure(`npm did not download ${name}.`);
    await mkdir(to, { recursive: true });
    const strip = member.split('/').length;
    await run('tar', ['-xzf', join(download, archive), '-C', to, `--strip-components=${strip}`, member]);
  } finally {
    await rm(download, { recursive: true, force: true });
  }
}

async function npm(args: string[], cwd: string, environment: Record<string, string> = {}): Promise<void> {
  try {
    await run('npm', args, { cwd, env: { ...process.env, ...environment }, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new Failure(
      `'npm ${args.join(' ')}' failed. Is the npm registry reachable?\n${output.trim().split('\n').slice(-8).join('\n')}`,
    );
  }
}
