/** `unikernel size`. */
import {
  isUnikraftProject,
  type OptionCost,
  optionCost,
  type SizeReport,
  type Sizes,
  sizeOf,
  sizeOfLinked,
} from '../build';
import type { Project } from '../project';
import { CommandError, type Invocation } from './main';
import { builtOf, productAt, projectAt } from './select';

const COLUMNS = ['text', 'rodata', 'data', 'image', 'bss'] as const;

export async function sizeCommand(invocation: Invocation): Promise<number> {
  const { flags, options, streams } = invocation;
  const write = (text: string) => streams.stdout.write(text);
  const project = projectAt(invocation.positionals[0] ?? '.');
  if (options.option !== undefined) {
    const result = await optionCost(
      project,
      options.target,
      options.option,
      options.compiler === undefined ? {} : { compiler: options.compiler },
    );
    if (!result.ok) throw new CommandError(result.message);
    write(flags.has('json') ? json(result.cost) : costTable(result.cost));
    return 0;
  }
  const report = await reportOf(project, invocation);
  if (flags.has('json')) write(json(report));
  else if (flags.has('symbols')) write(symbolTable(report));
  else write(sizeTable(report, flags.has('objects')));
  return 0;
}

async function reportOf(project: Project, invocation: Invocation): Promise<SizeReport> {
  if (!isUnikraftProject(project)) {
    const { configured, image } = await builtOf(project, invocation);
    return sizeOf(configured, image);
  }
  const { symbols, architecture } = await productAt(invocation);
  const report = await sizeOfLinked(project, symbols, architecture);
  if (report !== undefined) return report;
  throw new CommandError(
    `'${symbols}' does not say where its symbols come from. Build it with debug information, and have 'nm' of binutils on PATH.`,
  );
}

function json(value: SizeReport | OptionCost): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function sizeTable({ libraries, total }: SizeReport, objects: boolean): string {
  const rows = libraries.flatMap((library) => [
    row(library.name, library),
    ...(objects ? library.objects.map((object) => row(`  ${object.name}`, object)) : []),
  ]);
  return table(['library', ...COLUMNS], [...rows, row('total', total)]);
}

function symbolTable({ libraries, total }: SizeReport): string {
  const symbols = libraries.flatMap(({ name, objects }) =>
    objects.flatMap((object) => object.symbols.map((symbol) => ({ ...symbol, library: name }))),
  );
  const rows = symbols
    .sort((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1))
    .map(({ name, library, kind, size }) => [name, library, kind, String(size)]);
  const sum = String(total.image + total.bss);
  return table(['symbol', 'library', 'kind', 'bytes'], [...rows, ['total', '', '', sum]]);
}

function costTable({ option, values, with: larger, without, difference, libraries }: OptionCost): string {
  const rows = libraries.map((library) => row(library.name, library.difference, signed));
  const totals = [
    row('difference', difference, signed),
    row(`${option}=${values.with}`, larger),
    row(`${option}=${values.without}`, without),
  ];
  return table(['library', ...COLUMNS], [...rows, ...totals]);
}

function row(name: string, sizes: Sizes, format: (bytes: number) => string = String): string[] {
  return [name, ...COLUMNS.map((column) => format(sizes[column]))];
}

function signed(bytes: number): string {
  return bytes > 0 ? `+${bytes}` : String(bytes);
}

/** Texts to the left, numbers to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) =>
    Math.max(title.length, ...rows.map((cells) => cells[i]?.length ?? 0)),
  );
  const numeric = head.map((_, i) => rows.every((cells) => /^[+-]?\d*$/.test(cells[i] ?? '')));
  return [head, ...rows]
    .map((cells) =>
      cells
        .map((cell, i) => (numeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
