/** Problems of Kraftfiles: of the text, of what it names on the disk, and of its project. */
import { basename, dirname } from 'node:path';
import { parseManifest } from '../../manifest';
import type { Problem } from '../../problem';
import { MANIFEST_NAMES, type Workspace } from '../../project';
import type { Check } from '../check';
import { pathProblems } from './paths';
import { projectProblems } from './project';

export const manifestCheck: Check = {
  kinds: ['manifest'],
  check({ path, text, workspace }) {
    const manifest = parseManifest(text);
    return [
      ...otherManifests(workspace, path),
      ...manifest.problems,
      ...pathProblems(workspace, manifest, path, text),
      ...projectProblems(workspace, path, text),
    ];
  },
};

/** `Kraftfile.net` and its like are used by name. */
function otherManifests(workspace: Workspace, path: string): Problem[] {
  const own = basename(path);
  const folder = dirname(path);
  const there = workspace.files.entries(folder).map(({ name }) => name);
  const all = [...new Set([...there, own])].filter((name) => MANIFEST_NAMES.includes(name)).sort();
  if (!MANIFEST_NAMES.includes(own) || all.length < 2) return [];
  const start = { line: 0, character: 0 };
  const message = `'${folder}' holds several manifests (${all.join(', ')}). Keep one of them.`;
  return [{ code: 'several-manifests', severity: 'warning', message, range: { start, end: start } }];
}
