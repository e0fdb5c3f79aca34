/** TypeScript files: what they say about libraries; the rest is other extensions'. */
import { describeForeign } from '@unikernel-tools/kernel-sdk/analysis';
import type { Hover } from 'vscode-languageserver';
import { hoverOf } from '../c/hover';
import type { Language, PositionRequest } from '../language';
import { foreignNameAt, foreignNames } from './names';

function hover({ document, path, workspace, position }: PositionRequest): Hover | undefined {
  const found = foreignNameAt(document.getText(), position);
  const description = found && describeForeign(workspace, path, found.name, found.module);
  return found && description && hoverOf(description, found.range, description.documentation);
}

export const typescript: Language = {
  ids: ['typescript'],
  hover,
  entityAt: ({ document, path, workspace, position }) => {
    const found = foreignNameAt(document.getText(), position);
    // A function of the file's own, or of a package, is another extension's.
    if (found === undefined || describeForeign(workspace, path, found.name, found.module) === undefined) {
      return undefined;
    }
    return { entity: { kind: 'function', name: found.name }, range: found.range };
  },
  occurrences: ({ text }, { kind, name }) =>
    kind === 'function' ? foreignNames(text).filter((found) => found.name === name) : [],
};
