/** An explained address as text. */

/** As the debug adapter tells it (`unikernel/explainAddress`). */
export interface Explanation {
  readonly address: string;
  readonly summary: string;
  readonly neighbours: readonly string[];
  readonly walk: readonly string[];
  readonly note?: string;
}

export function explanationText(
  expression: string,
  { address, summary, neighbours, walk, note }: Explanation,
) {
  const parts = [
    [expression.trim() === address ? address : `${expression.trim()} = ${address}`],
    // Its sentences, a line each.
    summary.split(/(?<=\.) (?=[A-Z])/),
    neighbours,
    walk.length === 0
      ? []
      : ['Page-table walk', ...walk.map((line) => `  ${line}`), ...(note ? [`  ${note}`] : [])],
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
