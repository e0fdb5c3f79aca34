/** A colour for each thread, in the order in which they come: those that every theme shows well. */
export const COLOURS: readonly { readonly name: string; readonly theme: string }[] = [
  { name: 'blue', theme: 'charts.blue' },
  { name: 'green', theme: 'charts.green' },
  { name: 'yellow', theme: 'charts.yellow' },
  { name: 'purple', theme: 'charts.purple' },
  { name: 'red', theme: 'charts.red' },
  { name: 'cyan', theme: 'terminal.ansiCyan' },
  { name: 'magenta', theme: 'terminal.ansiBrightMagenta' },
];
