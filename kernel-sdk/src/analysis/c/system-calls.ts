/** Libraries that answer system calls: `UK_PROVIDED_SYSCALLS-$(CONFIG_LIBPOSIX_PIPE) += pipe2-2` in a Makefile.uk. */
import { join } from 'node:path';
import { type Library, readProvidedSystemCalls } from '../../library';
import type { LibraryTree, Workspace } from '../../project';

export function providersOfSystemCall(
  workspace: Workspace,
  tree: LibraryTree,
  name: string,
): readonly Library[] {
  const index = workspace.trees.ofLibraries('c-system-calls', tree, ({ catalog }, files) => {
    const byName = new Map<string, Library[]>();
    for (const library of catalog.libraries) {
      const text = files.readText(join(library.folder, 'Makefile.uk')) ?? '';
      for (const { name: call } of readProvidedSystemCalls(text)) {
        const known = byName.get(call.value) ?? [];
        if (!known.includes(library)) byName.set(call.value, [...known, library]);
      }
    }
    return byName;
  });
  return index.get(name.replace(/^uk_syscall_[er]_/, '')) ?? [];
}
