/** A configuration as the files that tools and C code read, and those files as what a user has set. */
import type { Evaluation } from './evaluate';
import type { Configuration, KconfigModel, MenuEntry, Option } from './model';

/** `.config`, byte for byte as the reference writes it. */
export function dotConfig({ evaluation }: Configuration): string {
  const { root, dialect } = evaluation.model;
  const out: string[] = [`#\n# Automatically generated file; DO NOT EDIT.\n# ${root.title}\n#\n`];
  const written = new Set<Option>();
  let blank = false;
  const enter = (entry: MenuEntry): void => {
    const { symbol } = entry;
    if (symbol === undefined) {
      if (!isShown(entry, evaluation)) return;
      out.push(`\n#\n# ${entry.title}\n#\n`);
      blank = false;
    } else if (evaluation.isWritten(symbol) && !written.has(symbol)) {
      if (blank) out.push('\n');
      blank = false;
      written.add(symbol);
      out.push(line(symbol, evaluation));
    }
  };
  const leave = (entry: MenuEntry): void => {
    if (entry.kind !== 'menu' || dialect.marksMenuEnds === 'never' || !isShown(entry, evaluation)) return;
    if (dialect.marksMenuEnds === 'with entries' && entry.children.length === 0) return;
    out.push(`# end of ${entry.title}\n`);
    blank = true;
  };
  walk(root, enter, leave);
  return out.join('');
}

/** What differs from the defaults, and no more: `savedefconfig`. Works all values out anew. */
export function minimalConfig({ evaluation }: Configuration): string {
  evaluation.restart();
  const out: string[] = [];
  const seen = new Set<Option>();
  walk(evaluation.model.root, ({ symbol }) => {
    if (symbol === undefined || !evaluation.isWritten(symbol) || seen.has(symbol)) return;
    seen.add(symbol);
    if (!evaluation.isChangeable(symbol)) return;
    if (evaluation.value(symbol) === evaluation.defaultValue(symbol)) return;
    const { choice } = symbol;
    const isFirst = choice !== undefined && !choice.optional && evaluation.defaultMember(choice) === symbol;
    if (isFirst && symbol.type === 'bool' && evaluation.value(symbol) === 'y') return;
    out.push(line(symbol, evaluation));
  });
  return out.join('');
}

/** `uk/config.h`: what is on is 1, what is off is not defined. */
export function configHeader({ evaluation }: Configuration): string {
  const lines: string[] = [];
  for (const symbol of evaluation.model.options.values()) {
    if (!evaluation.isWritten(symbol)) continue;
    const value = evaluation.value(symbol);
    if (symbol.type === 'bool' || symbol.type === 'tristate') {
      if (value !== 'n') lines.push(`#define CONFIG_${symbol.name}${value === 'm' ? '_MODULE' : ''} 1`);
    } else if (symbol.type === 'string') lines.push(`#define CONFIG_${symbol.name} ${quote(value)}`);
    else if (value !== '') {
      const prefix = symbol.type === 'hex' && !/^0[xX]/.test(value) ? '0x' : '';
      lines.push(`#define CONFIG_${symbol.name} ${prefix}${value}`);
    }
  }
  return `/* Made from the project's configuration. */\n#ifndef UK_CONFIG_H\n#define UK_CONFIG_H\n\n${lines.join('\n')}\n\n#endif\n`;
}

/** Assignments, by names with or without `CONFIG_`, as a defconfig of a tree: what it does not set is the tree's to say. */
export function defconfig(
  { options }: Pick<KconfigModel, 'options'>,
  assigned: ReadonlyMap<string, string>,
): string {
  const lines = [...assigned].map(([key, value]) => {
    const name = key.replace(/^CONFIG_/, '');
    const type = options.get(name)?.type;
    const isText = type === undefined ? !/^([ymn]|-?\d+|0x[\da-f]+)$/i.test(value) : type === 'string';
    const isSwitch = type === undefined || type === 'bool' || type === 'tristate';
    if (isSwitch && value === 'n') return `# CONFIG_${name} is not set\n`;
    return `CONFIG_${name}=${isText ? quote(value) : value}\n`;
  });
  return lines.join('');
}

/** The assignments of a `.config` or a defconfig, in the order of their lines. */
export function readDotConfig(text: string): (readonly [name: string, value: string])[] {
  const found: (readonly [string, string])[] = [];
  for (const raw of text.split('\n')) {
    const row = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const off = /^# CONFIG_(\S+) is not set/.exec(row);
    if (off?.[1] !== undefined) found.push([off[1], 'n']);
    const equals = row.indexOf('=');
    if (!row.startsWith('CONFIG_') || equals < 0) continue;
    const value = row.slice(equals + 1);
    found.push([row.slice('CONFIG_'.length, equals), value.startsWith('"') ? unquote(value) : value]);
  }
  return found;
}

function walk(
  root: MenuEntry,
  enter: (entry: MenuEntry) => void,
  leave: (entry: MenuEntry) => void = () => {},
): void {
  for (const child of root.children) {
    enter(child);
    walk(child, enter, leave);
    leave(child);
  }
}

/** Whether a menu or a comment shows itself. */
function isShown({ kind, dependsOn, visibleIf }: MenuEntry, evaluation: Evaluation): boolean {
  if (kind !== 'menu' && kind !== 'comment') return false;
  return evaluation.truth(visibleIf) !== 0 && evaluation.truth(dependsOn) !== 0;
}

function line(symbol: Option, evaluation: Evaluation): string {
  const value = evaluation.value(symbol);
  if (symbol.type === 'bool' || symbol.type === 'tristate') {
    return value === 'n' ? `# CONFIG_${symbol.name} is not set\n` : `CONFIG_${symbol.name}=${value}\n`;
  }
  return `CONFIG_${symbol.name}=${symbol.type === 'string' ? quote(value) : value}\n`;
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** To the quotation mark that no backslash stands before. */
function unquote(text: string): string {
  return (/^"((?:[^"\\]|\\.)*)/.exec(text)?.[1] ?? '').replace(/\\(.)/g, '$1');
}
