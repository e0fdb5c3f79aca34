/** Names in a Kraftfile by what they are; the rest is the grammar's. */
import { parseManifest } from '@unikernel-tools/kernel-sdk/manifest';
import type { Range } from 'vscode-languageserver';
import type { Request, SemanticToken, SemanticTokenType } from '../language';
import { namesOf } from './names';

export function tokensOf({ document }: Request): SemanticToken[] {
  const text = document.getText();
  const lines = text.split('\n');
  const token = ({ start, end }: Range, type: SemanticTokenType): SemanticToken[] =>
    // A name that its form spreads over lines, or a default that stands nowhere.
    start.line !== end.line ||
    end.character <= start.character ||
    end.character > (lines[start.line]?.length ?? 0)
      ? []
      : [{ line: start.line, character: start.character, length: end.character - start.character, type }];
  const manifest = parseManifest(text);
  const names = namesOf(manifest, text).flatMap(({ entity, range }) =>
    token(range, entity.kind === 'library' ? 'namespace' : 'property'),
  );
  const targets = manifest.targets.flatMap(({ platform, architecture }) => [
    ...token(platform.range, 'enumMember'),
    ...token(architecture.range, 'enumMember'),
  ]);
  return [...names, ...targets]
    .sort((a, b) => a.line - b.line || a.character - b.character)
    .filter((one, index, all) => {
      const before = all[index - 1];
      return before?.line !== one.line || before.character + before.length <= one.character;
    });
}
