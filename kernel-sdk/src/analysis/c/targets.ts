/** The configurations that a project's sources are compiled in. */
import type { Configuration } from '../../kconfig';
import type { ManifestTarget } from '../../manifest';
import { optionsOfTarget, type Project, platArch, targetName, type Workspace } from '../../project';

export interface CTarget {
  /** What a user calls it. */
  readonly name: string;
  readonly configuration: Configuration;
  /** Undefined for a manifest without targets. */
  readonly target?: ManifestTarget;
}

/** Those of targets whose machine the tree knows; of a manifest without targets, the one of no machine. */
export function targetsOf(workspace: Workspace, project: Project): readonly CTarget[] {
  const { manifest, manifestPath } = project;
  if (manifest.targets.length === 0) {
    const configuration = workspace.configuration(manifestPath);
    return configuration === undefined ? [] : [{ name: project.name, configuration }];
  }
  return manifest.targets.flatMap((target, index): readonly CTarget[] => {
    const configuration = workspace.configuration(manifestPath, index);
    const options = optionsOfTarget(platArch(target));
    const isKnown =
      options.length > 1 && options.every((option) => configuration?.values.get(`CONFIG_${option}`) === 'y');
    return configuration !== undefined && isKnown
      ? [{ name: targetName(target), configuration, target }]
      : [];
  });
}
