/** A configuration as the files that tools and C code read. */
import type { Configuration } from './model';

/** `.config`, as Kconfig writes it. */
export function dotConfig({ values, types }: Configuration): string {
  const lines = [...values].map(([name, value]) => {
    const type = types.get(name);
    if (type === 'bool' || type === undefined) return value === 'y' ? `${name}=y` : `# ${name} is not set`;
    return type === 'string' ? `${name}=${quote(value)}` : `${name}=${value}`;
  });
  return `${lines.join('\n')}\n`;
}

/** `uk/config.h`: what is on is 1, what is off is not defined. */
export function configHeader({ values, types }: Configuration): string {
  const lines = [...values].flatMap(([name, value]) => {
    const type = types.get(name);
    if (type === 'bool' || type === undefined) return value === 'y' ? [`#define ${name} 1`] : [];
    if (type === 'string') return [`#define ${name} ${quote(value)}`];
    return value === '' ? [] : [`#define ${name} ${value}`];
  });
  return `/* Made from the project's configuration. */\n#ifndef UK_CONFIG_H\n#define UK_CONFIG_H\n\n${lines.join('\n')}\n\n#endif\n`;
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
