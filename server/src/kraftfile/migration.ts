/** The migration of a Kraftfile to the newest specification, as an action; with the reason where there is none. */
import { dirname, resolve } from 'node:path';
import { LATEST_SPEC, migrateManifest } from '@unikernel-tools/kernel-sdk/manifest';
import { type CodeAction, CodeActionKind } from 'vscode-languageserver';
import type { Request } from '../language';

export function migrationOf({ document, path, workspace }: Request): CodeAction[] {
  const isFolder = (named: string) => workspace.files.kind(resolve(dirname(path), named)) === 'folder';
  const migration = migrateManifest(document.getText(), isFolder);
  if (migration === undefined) return [];
  const title = `Migrate to specification v${LATEST_SPEC}`;
  const kind = CodeActionKind.RefactorRewrite;
  if (!migration.ok) return [{ title, kind, disabled: { reason: migration.message } }];
  return [{ title, kind, edit: { changes: { [document.uri]: [...migration.changes] } } }];
}
