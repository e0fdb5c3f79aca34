/** How releases of the reference differ in what they make of the same tree. */

export interface Dialect {
  /** What a tree without `mainmenu` is called. */
  readonly title: string;
  /** Lines that say where a menu ends in `.config`. */
  readonly marksMenuEnds: 'never' | 'with entries' | 'always';
  /** A `default` of `n` makes an option that shows no prompt a line in `.config`. */
  readonly writesDefaultOff: boolean;
  /** An implied option stays off where its own dependencies are not met. */
  readonly limitsImply: 'to the dependencies' | 'to any dependency' | 'not at all';
  /** What is implied as `y` cannot be `m`. */
  readonly impliesWhole: boolean;
  /** An imply can be a part of a cycle. */
  readonly followsImplies: boolean;
  /** `m` lies between `n` and `y` for `<` and `>`; else the letters are compared. */
  readonly ranksLogic: boolean;
  /** A select warns where the dependencies reach less than it asks for, not only where they are not met at all. */
  readonly warnsOfPartlyMet: boolean;
  /** A `source` of a file that is not there is none, as one of a pattern that nothing is like. */
  readonly sourcesNothing: boolean;
}

/** By the release of Linux whose `scripts/kconfig` it is. */
export const DIALECTS = {
  /** Debian's kconfig-frontends. */
  '4.11': {
    title: 'Configuration',
    marksMenuEnds: 'never',
    writesDefaultOff: true,
    limitsImply: 'to any dependency',
    impliesWhole: true,
    followsImplies: false,
    ranksLogic: false,
    warnsOfPartlyMet: false,
    sourcesNothing: false,
  },
  /** Unikraft. */
  '5.2': {
    title: 'Main menu',
    marksMenuEnds: 'with entries',
    writesDefaultOff: false,
    limitsImply: 'to any dependency',
    impliesWhole: true,
    followsImplies: true,
    ranksLogic: true,
    warnsOfPartlyMet: true,
    sourcesNothing: true,
  },
  '6.1': {
    title: 'Main menu',
    marksMenuEnds: 'always',
    writesDefaultOff: false,
    limitsImply: 'to the dependencies',
    impliesWhole: false,
    followsImplies: true,
    ranksLogic: true,
    warnsOfPartlyMet: true,
    sourcesNothing: false,
  },
} satisfies Record<string, Dialect>;

export type DialectName = keyof typeof DIALECTS;
