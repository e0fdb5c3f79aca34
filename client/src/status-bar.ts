/** The status bar's target, and the command behind it. */
import * as vscode from 'vscode';
import { type TargetMemory, targetLabel } from './targets';
import type { WorkspaceManifests } from './workspace-manifests';

export class TargetStatus implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('unikernel.target', vscode.StatusBarAlignment.Left, 10);
  readonly #subscriptions: vscode.Disposable;
  /** Counts updates, so that one that was overtaken shows nothing. */
  #update = 0;

  constructor(
    private readonly manifests: WorkspaceManifests,
    private readonly memory: TargetMemory,
  ) {
    this.#item.name = 'Unikernel Target';
    this.#item.command = 'unikernel.selectTarget';
    const update = () => void this.update();
    this.#subscriptions = vscode.Disposable.from(
      this.#item,
      manifests.onDidChange(update),
      memory.onDidChange(update),
      vscode.window.onDidChangeActiveTextEditor(update),
      vscode.workspace.onDidSaveTextDocument(({ languageId }) => {
        if (languageId === 'kraftfile') update();
      }),
    );
  }

  async update(): Promise<void> {
    const update = ++this.#update;
    const manifest = await this.manifests.current();
    const targets = manifest === undefined ? undefined : await this.manifests.targets(manifest);
    if (update !== this.#update) return;
    if (manifest === undefined || targets === undefined) {
      this.#item.hide();
      return;
    }
    const path = vscode.workspace.asRelativePath(manifest);
    this.#item.text = `$(chip) ${targetLabel(targets, this.memory.chosen(manifest, targets))}`;
    this.#item.tooltip = `Target that ${path} is built and debugged for`;
    this.#item.show();
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }
}

export async function selectTarget(manifests: WorkspaceManifests, memory: TargetMemory): Promise<void> {
  const manifest = (await manifests.current()) ?? (await manifests.pick());
  const targets = manifest === undefined ? undefined : await manifests.targets(manifest);
  if (manifest === undefined || targets === undefined) return;
  const current = memory.chosen(manifest, targets) ?? targets.targets[0];
  const chosen = await vscode.window.showQuickPick(
    targets.targets.map(({ id, platform }) => ({
      label: id,
      description: [id === platform ? '' : platform, id === current?.id ? 'current' : '']
        .filter((text) => text !== '')
        .join(' · '),
    })),
    {
      title: `Target of ${targets.name}`,
      placeHolder:
        targets.targets.length === 0 ? "This Kraftfile has no 'targets'." : 'Target to build and debug for',
    },
  );
  if (chosen !== undefined) await memory.choose(manifest, chosen.label);
}
