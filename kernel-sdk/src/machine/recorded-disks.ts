/** What the guest of a recorded run wrote comes into its disks when it has ended, or is kept where it does not. */
import { spawn } from 'node:child_process';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findTool, ownedCommand } from '../program';
import { quoted } from './arguments';
import type { Disk, MachineSpec } from './model';

/** QEMU gets so many milliseconds, and as many more as a slow disk takes: one for so many bytes. */
const LIMIT_MS = 10_000;
const BYTES_PER_MS = 1_000;

/**
 * Removes a recording's folder, but for what the disks of `spec` do not take of their overlays. Gives the sentence that says
 * where that is; undefined where they have it all.
 */
export async function saveDisks(
  { disks = [], architecture, qemu }: Pick<MachineSpec, 'disks' | 'architecture' | 'qemu'>,
  overlays: readonly (string | undefined)[],
  folder: string,
  limitMs = LIMIT_MS,
): Promise<string | undefined> {
  const written = disks.flatMap((disk, i) => {
    const overlay = overlays[i];
    return overlay === undefined ? [] : [{ disk, overlay }];
  });
  if (written.length === 0) {
    await rm(folder, { recursive: true, force: true });
    return undefined;
  }
  const kept = await setAside(
    folder,
    written.map(({ overlay }) => overlay),
  );
  const saved = written.map(({ disk, overlay }) => ({ disk, overlay: join(kept, basename(overlay)) }));
  const tool = findTool(architecture === 'arm64' ? 'qemuArm64' : 'qemu', qemu);
  const reasons = tool.ok
    ? await commit(
        tool.path,
        saved.map(({ overlay }) => overlay),
        limitMs,
      )
    : saved.map(() => tool.message);
  const left = saved.flatMap((each, i) => {
    const why = reasons[i];
    return why === undefined ? [] : [{ ...each, why }];
  });
  if (left.length === 0) await rm(kept, { recursive: true, force: true });
  return left.length === 0 ? undefined : left.map(sentence).join(' ');
}

function sentence({ disk, overlay, why }: { disk: Disk; overlay: string; why: string }): string {
  return `What the unikernel wrote is not in its disk '${disk.path}': ${why} It is kept in '${overlay}'. Before the disk is used again, bring it in with "qemu-img commit '${overlay}'" (in the package qemu-utils).`;
}

/** Leaves a folder with nothing but these files, and with a name that no process takes for what another one left; gives its path. */
async function setAside(folder: string, files: readonly string[]): Promise<string> {
  const names = new Set(files.map((file) => basename(file)));
  const others = (await readdir(folder)).filter((name) => !names.has(name));
  await Promise.all(others.map((name) => rm(join(folder, name), { recursive: true, force: true })));
  const [, own] = /-([^-]*)$/.exec(basename(folder)) ?? [];
  const aside = join(dirname(folder), `unikernel-unsaved-${own}`);
  await rename(folder, aside);
  return aside;
}

/** Puts what is in overlays into what they lie over; gives for each why it did not come there, or undefined. */
async function commit(
  qemu: string,
  overlays: readonly string[],
  limitMs: number,
): Promise<readonly (string | undefined)[]> {
  const drives = overlays.flatMap((overlay, i) => [
    '-drive',
    `file=${quoted(overlay)},format=qcow2,if=none,id=disk${i}`,
  ]);
  // No machine: what QEMU knows of disks is enough, and qemu-img is a package of its own.
  const machine = ['-machine', 'none', '-nodefaults', '-no-user-config', '-display', 'none', '-S'];
  const command = ownedCommand(qemu, [...machine, '-qmp', 'stdio', ...drives]);
  const child = spawn(command.program, command.args, { stdio: 'pipe', windowsHide: true });
  let answers = '';
  let words = '';
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      words += error.message;
      resolve(null);
    });
    child.once('close', resolve);
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answers += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words += text;
  });
  child.stdin.on('error', () => undefined);
  const commits = overlays.map((_, id) => ({
    execute: 'human-monitor-command',
    arguments: { 'command-line': `commit disk${id}` },
    id,
  }));
  for (const line of [{ execute: 'qmp_capabilities' }, ...commits, { execute: 'quit' }]) {
    child.stdin.write(`${JSON.stringify(line)}\n`);
  }
  const sizes = await Promise.all(overlays.map((overlay) => stat(overlay)));
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
  let isLate = false;
  const late = setTimeout(
    () => {
      isLate = true;
      child.kill('SIGKILL');
    },
    limitMs + bytes / BYTES_PER_MS,
  );
  const code = await ended;
  clearTimeout(late);
  // What QEMU still writes as it ends is a part of it.
  if (code !== 0) {
    const why = isLate
      ? 'QEMU did not write it in time, and was killed.'
      : `QEMU could not write it: ${asSentence(words)}`;
    return overlays.map(() => why);
  }
  const told = new Map(answers.split('\n').flatMap(answerOf));
  return overlays.map((_, id) => {
    const said = told.get(id);
    // The monitor answers with nothing where all went well.
    return said === '' ? undefined : `QEMU could not write it: ${asSentence(said ?? words)}`;
  });
}

function answerOf(line: string): [number, string][] {
  if (line.trim() === '') return [];
  const { id, return: said, error } = JSON.parse(line);
  return typeof id === 'number' ? [[id, String(said ?? error?.desc)]] : [];
}

function asSentence(words: string): string {
  return words.trim().replace(/\.*$/, '.');
}
