/** The root file system: from a folder to a cpio archive ("newc"), the same bytes for the same content. */
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, statSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Project } from '../project';

/** Where an initrd comes from. */
export type Rootfs =
  | { readonly kind: 'folder'; readonly path: string }
  /** An archive that is used as it is. */
  | { readonly kind: 'cpio'; readonly path: string };

export type RootfsResult =
  | { readonly ok: true; readonly rootfs?: Rootfs }
  /** A sentence: what was asked for, and what can be done. */
  | { readonly ok: false; readonly message: string };

export interface TreeEntry {
  /** From the root, with `/` between names and none before them. */
  readonly name: string;
  readonly path: string;
  /** Type and permissions, as `st_mode` has them. */
  readonly mode: number;
  readonly size: number;
  readonly mtimeMs: number;
  /** Where a symbolic link leads. */
  readonly link?: string;
}

/** What can be told to a user, such as a socket in a root file system. */
export class InitrdError extends Error {}

const S_IFMT = 0o170000;
const S_IFLNK = 0o120000;
const S_IFREG = 0o100000;
const S_IFDIR = 0o040000;
/** The archive's fields have eight hexadecimal digits. */
const SIZE_LIMIT = 0xffffffff;
const CHUNK = 1 << 20;

/** The manifest's root file system, or another path; relative ones start at the project. */
export function findRootfs(project: Project, chosen?: string): RootfsResult {
  const { rootfs } = project.manifest;
  const source = chosen ?? rootfs?.source.value;
  if (source === undefined) return { ok: true };
  const type = chosen === undefined ? rootfs?.type?.value : undefined;
  const format = chosen === undefined ? rootfs?.format?.value : undefined;
  const cannot = (what: string): RootfsResult => ({
    ok: false,
    message: `The root file system '${source}' is ${what}; this kernel takes a folder, or a cpio archive. Unpack it into a folder, and name that in 'rootfs'.`,
  });
  if (format !== undefined && format !== 'cpio') {
    return {
      ok: false,
      message: `The root file system '${source}' is to have the format '${format}'; this kernel takes 'cpio' alone. Leave the format out.`,
    };
  }
  if (type === 'dockerfile' || type === 'oci' || type === 'tarball' || type === 'erofs') {
    return cannot(type === 'oci' ? 'an OCI image' : `of the type '${type}'`);
  }
  const path = resolve(project.folder, source);
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) {
    if (/^[a-z]+:\/\//.test(source)) return cannot('an image on the network');
    return {
      ok: false,
      message: `The root file system '${path}' does not exist. Make it, or correct 'rootfs'.`,
    };
  }
  if (there.isDirectory()) return { ok: true, rootfs: { kind: 'folder', path } };
  if (startOf(path).startsWith('07070')) return { ok: true, rootfs: { kind: 'cpio', path } };
  if (/^Dockerfile|\.dockerfile$/.test(basename(path))) return cannot('a Dockerfile');
  if (/\.(tar|tgz|tar\.\w+)$/.test(path)) return cannot('a tarball');
  if (path.endsWith('.erofs')) return cannot('an EROFS image');
  if (path.endsWith('.cpio')) return cannot('no cpio archive, though its name says so');
  return cannot('a file of another kind');
}

/** Everything below a folder in the archive's order, a folder before what is in it; `except` is left out. */
export function listTree(folder: string, except?: string): TreeEntry[] {
  const entries: TreeEntry[] = [];
  const visit = (path: string, prefix: string) => {
    for (const name of readdirSync(path).sort()) {
      const at = join(path, name);
      if (at === except) continue;
      const { mode, size, mtimeMs } = lstatSync(at);
      const entry = { name: prefix + name, path: at, mode, mtimeMs };
      const type = mode & S_IFMT;
      if (type === S_IFREG) entries.push({ ...entry, size });
      else if (type === S_IFDIR) {
        entries.push({ ...entry, size: 0 });
        visit(at, `${prefix}${name}/`);
      } else if (type === S_IFLNK) {
        const link = readlinkSync(at);
        entries.push({ ...entry, size: Buffer.byteLength(link), link });
      } else {
        throw new InitrdError(
          `'${at}' is neither a file, a folder nor a symbolic link, and cannot be part of an initrd. Remove it.`,
        );
      }
      if (size > SIZE_LIMIT) throw new InitrdError(`'${at}' is too large for an initrd (4 GiB at most).`);
    }
  };
  visit(folder, '');
  return entries;
}

/** What an archive depends on, without reading a file's content. */
export function treeKey(entries: readonly TreeEntry[]): string[] {
  return entries.map(({ name, mode, size, mtimeMs, link }) =>
    [name, mode, size, (mode & S_IFMT) === S_IFREG ? mtimeMs : 0, link ?? ''].join('\0'),
  );
}

/** Writes the archive whole or not at all. */
export async function writeInitrd(
  entries: readonly TreeEntry[],
  output: string,
  signal?: AbortSignal,
): Promise<void> {
  const partial = `${output}.${process.pid}.new`;
  const file = await open(partial, 'w');
  try {
    let ino = 0;
    for (const entry of entries) {
      signal?.throwIfAborted();
      ino++;
      await file.write(header(entry, ino));
      if (entry.link !== undefined) await file.write(padded(Buffer.from(entry.link)));
      else if ((entry.mode & S_IFMT) === S_IFREG) await copyContent(entry, file);
    }
    await file.write(header({ name: 'TRAILER!!!', mode: 0, size: 0 }, 0));
    await file.close();
    await rename(partial, output);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
}

/** Thirteen fields of eight hexadecimal digits, the name, and zeros up to four bytes (cpio(5), "New ASCII"). */
function header({ name, mode, size }: Pick<TreeEntry, 'name' | 'mode' | 'size'>, ino: number): Buffer {
  const bytes = Buffer.from(`${name}\0`);
  const links = (mode & S_IFMT) === S_IFDIR ? 2 : 1;
  // ino, mode, uid, gid, nlink, mtime, filesize, two device numbers twice, namesize, check.
  const fields = [ino, mode, 0, 0, links, 0, size, 0, 0, 0, 0, bytes.length, 0];
  const digits = fields.map((field) => field.toString(16).padStart(8, '0')).join('');
  return padded(Buffer.concat([Buffer.from(`070701${digits}`), bytes]));
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}

async function copyContent({ path, size }: TreeEntry, to: FileHandle): Promise<void> {
  const from = await open(path, 'r');
  try {
    const chunk = Buffer.alloc(Math.min(CHUNK, size));
    let left = size;
    while (left > 0) {
      const { bytesRead } = await from.read(chunk, 0, Math.min(chunk.length, left), null);
      if (bytesRead === 0) throw new InitrdError(`'${path}' became shorter while it was read. Build again.`);
      await to.write(chunk, 0, bytesRead);
      left -= bytesRead;
    }
    await to.write(Buffer.alloc(-size & 3));
  } finally {
    await from.close();
  }
}

/** The first characters of a file; none where it cannot be read. */
function startOf(path: string): string {
  const bytes = Buffer.alloc(6);
  try {
    const file = openSync(path, 'r');
    try {
      return bytes.toString('latin1', 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
