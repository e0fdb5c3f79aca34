/** Which blocks of a file count in a configuration. */
import type { Configuration } from '../../kconfig';
import { evaluate, isDefined, type MacroLookup, type MacroValue, type Truth, truthOf } from './condition';
import type { CFacts } from './facts';

const ARCHITECTURES: Readonly<Record<string, readonly string[]>> = {
  CONFIG_ARCH_X86_64: ['__x86_64__', '__x86_64', '__amd64__', '__amd64', '__X86_64__'],
  CONFIG_ARCH_ARM_64: ['__aarch64__', '__ARM_64__', '__AARCH64EL__'],
  CONFIG_ARCH_ARM_32: ['__arm__', '__ARM_32__', '__ARMEL__'],
};
const OTHER_MACHINES = [
  '__i386__',
  '__i386',
  '__riscv',
  '__mips__',
  '__powerpc__',
  '__powerpc64__',
  '__sparc__',
  '__s390x__',
  '__ia64__',
  '_WIN32',
  '_WIN64',
  '__APPLE__',
  '__CYGWIN__',
  '_MSC_VER',
];

/** What compilers and the configuration define, whatever a file says. */
export function constantsOf(configuration: Configuration | undefined, isCpp: boolean): MacroLookup {
  const fixed = new Map<string, MacroValue>([
    ['__cplusplus', isCpp ? undefined : null],
    ['__ASSEMBLY__', null],
    ['__ASSEMBLER__', null],
  ]);
  if (configuration === undefined) return (name) => fixed.get(name);
  const { values, types } = configuration;
  const own = Object.entries(ARCHITECTURES).filter(([option]) => values.get(option) === 'y');
  if (own.length === 1) {
    for (const name of [...Object.values(ARCHITECTURES).flat(), ...OTHER_MACHINES]) fixed.set(name, null);
    for (const name of own[0]?.[1] ?? []) fixed.set(name, '1');
  }
  return (name) => {
    if (!name.startsWith('CONFIG_')) return fixed.get(name);
    const value = values.get(name);
    // An option of a library that is not there may be defined in other ways.
    if (value === undefined) return undefined;
    const type = types.get(name);
    if (type === 'bool' || type === 'tristate') return value === 'y' ? '1' : null;
    if (type === 'string') return '""';
    return value === '' ? null : value;
  };
}

/** By block, in a configuration; without one only what no option decides is sure. */
export function statesOf(facts: CFacts, constants: MacroLookup): readonly Truth[] {
  const states: Truth[] = facts.blocks.map(() => 'yes');
  const conditions: Truth[] = facts.blocks.map(() => 'yes');
  /** Whether no branch before counts. */
  const free: Truth[] = [];
  const defined = new Map<string, MacroValue>();
  const lookup: MacroLookup = (name) => (defined.has(name) ? defined.get(name) : constants(name));
  for (const event of facts.events) {
    if (event.kind === 'block') {
      const block = facts.blocks[event.block];
      if (block === undefined) continue;
      const { kind, condition, previous, parent } = block;
      const own: Truth =
        kind === 'if'
          ? truthOf(evaluate(condition, lookup))
          : kind === 'ifdef'
            ? isDefined(condition, lookup)
            : kind === 'ifndef'
              ? not(isDefined(condition, lookup))
              : 'yes';
      conditions[event.block] = own;
      const isFree =
        previous < 0 ? 'yes' : all([free[previous] ?? 'maybe', not(conditions[previous] ?? 'maybe')]);
      free[event.block] = isFree;
      states[event.block] = all([states[parent] ?? 'yes', isFree, own]);
    } else {
      const state = states[event.block];
      if (state === 'no') continue;
      if (state === 'maybe') defined.set(event.name, undefined);
      else defined.set(event.name, event.kind === 'define' ? event.value : null);
    }
  }
  return states;
}

function not(truth: Truth): Truth {
  return truth === 'yes' ? 'no' : truth === 'no' ? 'yes' : 'maybe';
}

function all(truths: readonly Truth[]): Truth {
  if (truths.includes('no')) return 'no';
  return truths.includes('maybe') ? 'maybe' : 'yes';
}
