/** From an `#include` to the header that the configuration makes of it. */
import { describeInclude } from '@unikernel-tools/kernel-sdk/analysis';
import type { DocumentLink } from 'vscode-languageserver';
import type { Request } from '../language';
import { uriOf } from '../paths';

const INCLUDE = /^([ \t]*#[ \t]*include[ \t]*[<"])[^>"\n]+[>"]/gm;

export function includeLinks({ document, path, workspace }: Request): DocumentLink[] {
  return [...document.getText().matchAll(INCLUDE)].flatMap((match) => {
    const found = describeInclude(workspace, path, match.index + (match[1] ?? '').length);
    if (found === undefined) return [];
    const start = document.positionAt(found.start);
    const end = document.positionAt(found.start + found.header.length);
    return [{ range: { start, end }, target: uriOf(found.path) }];
  });
}
