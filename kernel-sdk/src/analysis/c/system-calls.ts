/** Libraries that answer system calls: `UK_PROVIDED_SYSCALLS-$(CONFIG_LIBPOSIX_PIPE) += pipe2-2` in a Makefile.uk. */
import { join } from 'node:path';
import type { Library } from '../../library';
import type { Tree, Workspace } from '../../project';

const LIST = /^\s*UK_PROVIDED_SYSCALLS-\S+\s*[+:]?=\s*((?:[^\n\\]|\\\r?\n)*)/gm;

export function providersOfSystemCall(workspace: Workspace, tree: Tree, name: string): readonly Library[] {
  const index = workspace.trees.ofTree('c-system-calls', tree, ({ catalog }, files) => {
    const byName = new Map<string, Library[]>();
    for (const library of catalog.libraries) {
      const text = files.readText(join(library.folder, 'Makefile.uk')) ?? '';
      for (const [, list = ''] of text.matchAll(LIST)) {
        for (const [, call = ''] of list.matchAll(/\b([a-z_]\w*)-\d+\b/g)) {
          const known = byName.get(call) ?? [];
          if (!known.includes(library)) byName.set(call, [...known, library]);
        }
      }
    }
    return byName;
  });
  return index.get(name.replace(/^uk_syscall_[er]_/, '')) ?? [];
}
