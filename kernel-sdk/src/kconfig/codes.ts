/** Every problem that a Kconfig file can have: its stable code and what it means. */

export const KCONFIG_CODES = {
  'too-large':
    'The file has more, or stands for more, than a person would write, and was not read to its end.',
  syntax: 'Something is missing on the line, or something is too much.',
  'invalid-expression': 'A condition is no expression.',
  'stray-character': 'A character means nothing in the language.',
  'unclosed-string': 'A text has no quotation mark at its end.',
  'unclosed-macro': "A '$(' has no ')' on its line.",
  'unknown-keyword': 'The line begins with no keyword, or with one that has no place there.',
  'unknown-option-name': "The word behind 'option' is none that exists.",
  'invalid-option': 'The name of an option has characters that names cannot have.',
  'old-help': "'---help---' is an old form of 'help'.",
  'unclosed-block': 'A menu, an if or a choice has no end in its file.',
  'unbalanced-block': 'An end has no beginning in its file, or another block is open at it.',
  'too-deep': 'Blocks are in one another without end.',
  'missing-source': 'A sourced file does not exist.',
  'source-cycle': 'A file sources itself, or files are sourced without end.',
  'type-redefined': 'An option has another type already.',
  'prompt-redefined': 'An entry has a prompt already.',
  'modules-twice': "Another option has 'modules' already.",
  'no-type': 'An option has no type.',
  'choice-prompt': 'A choice, or an option in one, has no prompt.',
  'choice-default': "A choice's default is none of its options, or one of those has a default.",
  'menuconfig-prompt': 'A menuconfig has no prompt.',
  'default-form': 'The default of a number or a text is a condition.',
  number: 'A default or the end of a range is no number.',
  'range-type': 'An option that is no number has a range.',
  'select-type': 'What selects or implies, or what is selected or implied, is no bool or tristate.',
  'dependency-cycle': 'The value of an option depends on itself.',
  macro: 'A macro is made of itself, grows without end, or has the wrong number of arguments.',
  'macro-info': "A file says something with '$(info,…)'.",
  'macro-warning': "A file warns with '$(warning-if,…)'.",
  'macro-error': "A file gives up with '$(error-if,…)'.",
  'shell-not-run': "The command of a '$(shell,…)' is not run and stands for nothing.",
} as const;

export type KconfigCode = keyof typeof KCONFIG_CODES;
