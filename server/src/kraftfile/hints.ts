/** What stands behind names in a Kraftfile: what a library brings along, and which version is on this disk. */
import type { Evaluation, Option } from '@unikernel-tools/kernel-sdk/kconfig';
import { libraryOption } from '@unikernel-tools/kernel-sdk/project';
import { type InlayHint, MarkupKind, type Range } from 'vscode-languageserver';
import type { Request } from '../language';
import { optionOf, understandingOf } from '../options/values';
import { namesIn } from './names';
import { versionHints } from './versions';

export function hintsOf(request: Request, range: Range): InlayHint[] {
  const isShown = ({ position: { line } }: InlayHint) => line >= range.start.line && line <= range.end.line;
  return [...versionHints(request), ...libraryHints(request)].filter(isShown);
}

function libraryHints({ document, path, workspace }: Request): InlayHint[] {
  const libraries = namesIn(document.getText()).filter(({ entity }) => entity.kind === 'library');
  const understanding = libraries.length === 0 ? undefined : understandingOf(workspace, path);
  if (understanding === undefined) return [];
  return libraries.flatMap(({ entity: { name }, range }) => {
    const option = optionOf(understanding, libraryOption(name));
    const pulled = option === undefined ? [] : pulledInBy(option, understanding.configuration.evaluation);
    if (pulled.length === 0) return [];
    const names = pulled.map((one) => `- \`CONFIG_${one.name}\``).sort();
    return [
      {
        position: range.end,
        label: `+${pulled.length} ${pulled.length === 1 ? 'option' : 'options'}`,
        paddingLeft: true,
        tooltip: {
          kind: MarkupKind.Markdown,
          value: `Selects, by itself or through others:\n\n${names.join('\n')}`,
        },
      },
    ];
  });
}

/** Options that one which is on selects in this configuration, directly or through others. */
function pulledInBy(option: Option, evaluation: Evaluation): readonly Option[] {
  const found = new Set<Option>();
  const look = ({ selects }: Option) => {
    for (const { value, condition } of selects) {
      if (value === option || found.has(value) || evaluation.truth(condition) === 0) continue;
      found.add(value);
      look(value);
    }
  };
  if (evaluation.value(option) !== 'n') look(option);
  return [...found];
}
