/** Who has a function, a system call or a header, and whether it is in the image. */
import {
  describeFunction,
  describeInclude,
  type FunctionDescription,
  type Provider,
} from '@unikernel-tools/kernel-sdk/analysis';
import { type Hover, MarkupKind, type Range } from 'vscode-languageserver';
import type { PositionRequest } from '../language';
import { functionAt } from './functions';

export function hoverFunction(request: PositionRequest): Hover | undefined {
  const { path, workspace } = request;
  const found = functionAt(request);
  const description = found && describeFunction(workspace, path, found.entity.name);
  return found && description && hoverOf(description, found.range);
}

/** @param documentation The declaration's comment, where it is not beside what is hovered over. */
export function hoverOf(
  { signature, providers, systemCall, isExported }: FunctionDescription,
  range: Range,
  documentation = '',
): Hover {
  const lines = [
    ...(signature === undefined ? [] : [`\`\`\`c\n${signature};\n\`\`\``]),
    ...(documentation === '' ? [] : [documentation]),
    ...providers.map((one) => `${isExported ? 'Exported by' : 'From'} ${words(one)}.`),
    ...systemCall.map((one) => `The system call is answered by ${words(one)}.`),
  ];
  return { contents: { kind: MarkupKind.Markdown, value: lines.join('\n\n') }, range };
}

export function hoverInclude({ document, path, workspace, position }: PositionRequest): Hover | undefined {
  const found = describeInclude(workspace, path, document.offsetAt(position));
  if (found === undefined || found.providers.length === 0) return undefined;
  const value = found.providers.map((one) => `A header of ${words(one)}.`).join('\n\n');
  const range = {
    start: document.positionAt(found.start),
    end: document.positionAt(found.start + found.header.length),
  };
  return { contents: { kind: MarkupKind.Markdown, value }, range };
}

function words({ library, option, isEnabled }: Provider): string {
  const state =
    isEnabled === undefined ? '' : isEnabled ? ', which is enabled' : ', which the Kraftfile does not enable';
  return `**${library}**${option === undefined ? '' : ` (\`${option}\`)`}${state}`;
}
