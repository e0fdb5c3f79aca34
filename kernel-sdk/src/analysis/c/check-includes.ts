/** Headers that a source includes of libraries that are off. */
import { dirname, join } from 'node:path';
import type { Problem } from '../../problem';
import { isBelow } from '../../project';
import { type Including, isCompilers, resolveInclude } from './headers';
import type { Lines } from './lines';
import { librariesOf, type OffSubject, offProblem } from './off';
import type { Scope } from './scope';

export function checkIncludes(
  subject: OffSubject,
  including: Including,
  scope: Scope,
  lines: Lines,
): readonly Problem[] {
  const { project, workspace } = subject;
  return scope.facts.includes.flatMap((include): Problem[] => {
    const { header, block, start } = include;
    // Under a condition that nobody can know it may be right.
    if (scope.states[block] !== 'yes' || isCompilers(header)) return [];
    const resolved = resolveInclude(including, include, scope.path);
    if (resolved.kind !== 'off' || workspace.files.kind(join(dirname(scope.path), header)) === 'file')
      return [];
    if (!/^uk\//.test(header) && hasForeignLibraries(subject)) return [];
    const options = resolved.places.flatMap(({ option }) => option ?? []);
    const libraries = librariesOf(project, resolved.places);
    const what = include.isQuoted ? `"${header}"` : `<${header}>`;
    return [offProblem(subject, what, lines.range(start, header.length), libraries, [...new Set(options)])];
  });
}

/** Whether the manifest names a library from elsewhere: what its build fetches may bring any header but the kernel's own. */
function hasForeignLibraries({ project: { catalog, sources } }: OffSubject): boolean {
  const { kernel, application } = sources;
  return catalog.libraries.some(
    (library) =>
      library.folder !== application && !(kernel !== undefined && isBelow(kernel.folder, library.folder)),
  );
}
