/** A root file system's archive, made again only when something in it changed. */
import { basename } from 'node:path';
import { listTree, type Rootfs, treeKey, writeInitrd } from './initrd';
import type { BuildState } from './state';

/** What is to be done; undefined where the archive stands, or is used as it is. */
export interface Pack {
  readonly label: string;
  /** False when it was given up. Throws an InitrdError for what can be told to a user. */
  run(): Promise<boolean>;
}

/** @param except A folder that is no part of the root file system, the build's own. */
export function planPack(
  rootfs: Rootfs | undefined,
  initrd: string,
  except: string,
  state: BuildState,
  signal: AbortSignal | undefined,
): Pack | undefined {
  if (rootfs?.kind !== 'folder') return undefined;
  const { path } = rootfs;
  const entries = listTree(path, except);
  const key = ['initrd', path, ...treeKey(entries)];
  if (state.current(initrd, key) !== undefined) return undefined;
  return {
    label: `CPIO ${basename(path)}`,
    async run() {
      state.forget(initrd);
      try {
        await writeInitrd(entries, initrd, signal);
      } catch (error) {
        if (signal?.aborted === true) return false;
        throw error;
      }
      state.record(initrd, key, [], '');
      return true;
    },
  };
}
