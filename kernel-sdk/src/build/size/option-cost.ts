/** What one option costs: the image with it and without it, built in a folder of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfiguredProject, configureProject, type Project } from '../../project';
import { build } from '../build';
import type { BuildOptions } from '../model';
import { sizeOf } from './index';
import { type LibrarySize, SIZE_KINDS, type Sizes, sizesOf } from './model';

export interface OptionCost {
  /** With `CONFIG_`. */
  readonly option: string;
  /** The values that are compared. */
  readonly values: { readonly with: string; readonly without: string };
  readonly with: Sizes;
  readonly without: Sizes;
  readonly difference: Sizes;
  /** Libraries that differ, the largest difference first. */
  readonly libraries: readonly { readonly name: string; readonly difference: Sizes }[];
}

export type OptionCostResult =
  | { readonly ok: true; readonly cost: OptionCost }
  | { readonly ok: false; readonly message: string };

/**
 * `assignment` is `CONFIG_X`, which is compared with its absence, or `CONFIG_X=VALUE`, which is compared with the
 * value that the project has. What the user has built stays as it is.
 */
export async function optionCost(
  project: Project,
  target: string | undefined,
  assignment: string,
  options: Omit<BuildOptions, 'outputFolder'> = {},
): Promise<OptionCostResult> {
  const [name = '', value] = assignment.split(/=(.*)/s);
  const option = name.startsWith('CONFIG_') ? name : `CONFIG_${name}`;
  const withIt = configureProject(project, target, new Map([[option, value ?? 'y']]));
  if (!withIt.ok) return withIt;
  const without = configureProject(
    project,
    target,
    value === undefined ? new Map([[option, 'n']]) : undefined,
  );
  if (!without.ok) return without;
  const valueIn = ({ configuration }: ConfiguredProject) => configuration.values.get(option) ?? '';
  const values = { with: valueIn(withIt.configured), without: valueIn(without.configured) };
  if (values.with === values.without) {
    return {
      ok: false,
      message: `'${option}' is '${values.with}' either way: other options decide it.`,
    };
  }
  const folder = mkdtempSync(join(tmpdir(), 'unikernel-size-'));
  try {
    const measure = async (configured: ConfiguredProject, name: string) => {
      const built = await build(configured, { ...options, outputFolder: join(folder, name) });
      return built.ok ? { ok: true as const, report: await sizeOf(configured, built) } : built;
    };
    const larger = await measure(withIt.configured, 'with');
    if (!larger.ok) return { ok: false, message: `With ${option}=${values.with}: ${larger.message}` };
    const smaller = await measure(without.configured, 'without');
    if (!smaller.ok) return { ok: false, message: `With ${option}=${values.without}: ${smaller.message}` };
    const [a, b] = [larger.report, smaller.report];
    return {
      ok: true,
      cost: {
        option,
        values,
        with: a.total,
        without: b.total,
        difference: minus(a.total, b.total),
        libraries: differences(a.libraries, b.libraries),
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function differences(a: readonly LibrarySize[], b: readonly LibrarySize[]) {
  const names = new Set([...a, ...b].map(({ name }) => name));
  const find = (libraries: readonly LibrarySize[], name: string) =>
    libraries.find((library) => library.name === name) ?? sizesOf([]);
  return [...names]
    .map((name) => ({ name, difference: minus(find(a, name), find(b, name)) }))
    .filter(({ difference }) => SIZE_KINDS.some((kind) => difference[kind] !== 0))
    .sort((x, y) => y.difference.image - x.difference.image || y.difference.bss - x.difference.bss);
}

function minus(a: Sizes, b: Sizes): Sizes {
  return sizesOf(SIZE_KINDS.map((kind) => ({ kind, size: a[kind] - b[kind] })));
}
