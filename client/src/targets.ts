/** The targets of a manifest, and which of them the user works with. */
import { basename, dirname } from 'node:path';
import { parseManifest } from '@unikernel-tools/kernel-sdk/manifest';
import { platArch, targetName } from '@unikernel-tools/kernel-sdk/project';

export interface TargetChoice {
  /** What `target` in a launch configuration and `--target` take. */
  readonly id: string;
  /** `platform/architecture`. */
  readonly platform: string;
}

export interface ManifestTargets {
  /** The project's name: the manifest's, else its folder's. */
  readonly name: string;
  readonly targets: readonly TargetChoice[];
}

export function readTargets(manifestPath: string, text: string): ManifestTargets {
  const manifest = parseManifest(text);
  const byId = new Map(
    manifest.targets.map((target) => {
      const id = targetName(target);
      return [id, { id, platform: platArch(target) }];
    }),
  );
  return { name: manifest.name?.value ?? basename(dirname(manifestPath)), targets: [...byId.values()] };
}

/** The part of `vscode.Memento` that is needed. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const KEY = 'targets';

/** Remembers a target for each manifest of a workspace. */
export class TargetMemory {
  readonly #listeners = new Set<() => void>();

  constructor(private readonly memory: Memory) {}

  /** The remembered target while the manifest still has it; undefined stands for the first one. */
  chosen(manifestPath: string, { targets }: ManifestTargets): TargetChoice | undefined {
    const id = this.#all().get(manifestPath);
    return targets.find((target) => target.id === id);
  }

  async choose(manifestPath: string, id: string): Promise<void> {
    const all = this.#all().set(manifestPath, id);
    await this.memory.update(KEY, Object.fromEntries(all));
    for (const listener of this.#listeners) listener();
  }

  /** Calls back after each choice, until disposed. */
  onDidChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  #all(): Map<string, unknown> {
    const stored = this.memory.get(KEY);
    return new Map(Object.entries(typeof stored === 'object' && stored !== null ? stored : {}));
  }
}

/** What the status bar says, such as `hello · qemu/x86_64`. */
export function targetLabel(manifest: ManifestTargets, chosen: TargetChoice | undefined): string {
  const target = chosen ?? manifest.targets[0];
  return `${manifest.name} · ${target?.id ?? 'no target'}`;
}
