/** One workbench server with private folders, in a process group of its own. */
import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { openSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../../scripts/run-command.mjs';
import type { InstalledWorkbench } from './install';
import { endGroup, killGroup, RUN_MARK } from './processes';
import { SETTINGS } from './settings';

const START_LIMIT_MS = 30_000;

export interface WorkbenchServer {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  /** The sources of the built-in kernel in the installed extension. */
  readonly kernel: string;
  /** Where the workbench and its extensions keep what is theirs. */
  readonly user: string;
  /** In the environment of every process that the workbench starts; see `processesOf`. */
  readonly mark: string;
  readonly log: string;
  dispose(): Promise<void>;
}

/** Installs the package and starts the server on a free port of 127.0.0.1. */
export async function startServer(workbench: InstalledWorkbench, vsix: string): Promise<WorkbenchServer> {
  const folder = await mkdtemp(join(tmpdir(), 'unikernel-workbench-'));
  const user = join(folder, 'user');
  const extensions = join(folder, 'extensions');
  const log = join(folder, 'server.log');
  const mark = randomUUID();
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    await mkdir(join(user, 'User'), { recursive: true });
    // As the default of every profile, and as the settings of the remote side.
    await writeFile(join(user, 'User/settings.json'), JSON.stringify(SETTINGS, null, 2));
    const places = ['--user-data-dir', user, '--server-data-dir', user, '--extensions-dir', extensions];
    await install(workbench, places, vsix);
    const output = openSync(log, 'w');
    const server = spawn(
      workbench.node,
      [
        workbench.server,
        ...[
          '--host',
          '127.0.0.1',
          '--port',
          '0',
          '--without-connection-token',
          '--accept-server-license-terms',
        ],
        ...places,
        ...['--telemetry-level', 'off', '--disable-workspace-trust'],
      ],
      { detached: true, stdio: ['ignore', output, output], env: { ...process.env, [RUN_MARK]: mark } },
    );
    const ended = new Promise<string>((resolve) => {
      server.once('error', (error) => resolve(error.message));
      server.once('exit', (code, signal) => resolve(`exit ${code ?? signal}`));
    });
    // A script that ends without disposing still must not leave a server behind.
    const endNow = () => {
      killGroup(server.pid);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    };
    process.once('exit', endNow);
    const dispose = async () => {
      if (server.pid !== undefined) await endGroup(server.pid, mark);
      process.off('exit', endNow);
      await remove();
    };
    try {
      const address = await untilListening(log, ended);
      return { address, kernel: await kernelOf(extensions), user, mark, log, dispose };
    } catch (error) {
      await dispose();
      throw error;
    }
  } catch (error) {
    await remove();
    throw error;
  }
}

async function install(workbench: InstalledWorkbench, places: string[], vsix: string): Promise<void> {
  const { stdout, stderr } = await promisify(execFile)(workbench.node, [
    workbench.server,
    '--accept-server-license-terms',
    ...places,
    '--install-extension',
    vsix,
    '--force',
  ]).catch((error: { stdout?: string; stderr?: string; message: string }) => {
    throw new Failure(
      `The workbench did not install ${vsix}:\n${error.stderr || error.stdout || error.message}`,
    );
  });
  if (!/successfully installed/.test(stdout)) {
    throw new Failure(`The workbench did not say that it installed ${vsix}:\n${stdout}${stderr}`);
  }
}

/** The extension's folder is named after its publisher, name and version. */
async function kernelOf(extensions: string): Promise<string> {
  const folder = (await readdir(extensions)).find((name) => /\.unikernel-tools-\d/.test(name));
  if (folder === undefined)
    throw new Failure(`The extension is not among the installed ones in ${extensions}.`);
  return join(extensions, folder, 'kernel-sdk/kernel');
}

/** The server prints the port that it chose; then it must also answer. */
async function untilListening(log: string, ended: Promise<string>): Promise<string> {
  const limit = Date.now() + START_LIMIT_MS;
  let reason: string | undefined;
  void ended.then((why) => {
    reason = why;
  });
  while (Date.now() < limit && reason === undefined) {
    const port = /Extension host agent listening on (\d+)/.exec(await readFile(log, 'utf8'))?.[1];
    const address = `http://127.0.0.1:${port}`;
    if (port !== undefined && (await answers(address))) return address;
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 25))]);
  }
  const said = (await readFile(log, 'utf8')).trim().split('\n').slice(-20).join('\n');
  throw new Failure(
    `The workbench server did not start (${reason ?? `${START_LIMIT_MS} ms passed`}):\n${said}`,
  );
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(`${address}/version`, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}
