/** Problems of Kraftfiles: of the text, of what it names on the disk, and of its project. */
import { parseManifest } from '../../manifest';
import type { Check } from '../check';
import { pathProblems } from './paths';
import { projectProblems } from './project';

export const manifestCheck: Check = {
  kinds: ['manifest'],
  check({ path, text, workspace }) {
    const manifest = parseManifest(text);
    return [
      ...manifest.problems,
      ...pathProblems(workspace, manifest, path, text),
      ...projectProblems(workspace, path, text),
    ];
  },
};
