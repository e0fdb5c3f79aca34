import { expect, it } from 'vitest';
import { parseKconfig } from './build';
import { defconfig, readDotConfig } from './text';

it('writes assignments as a defconfig, texts in quotes by their option’s type', () => {
  const text =
    'config ON\n\tbool "on"\nconfig COUNT\n\tint "count"\nconfig NAME\n\tstring "name"\nconfig BASE\n\thex "base"\n';
  const tree = parseKconfig('/Config.uk', text, () => undefined);
  const assigned = new Map([
    ['CONFIG_ON', 'n'],
    ['COUNT', '12'],
    ['CONFIG_NAME', '7 "sages"'],
    ['BASE', '0x10'],
    ['ELSEWHERE', 'some/path'],
    ['OTHER', 'y'],
  ]);
  const written = defconfig(tree, assigned);
  expect(written).toBe(
    '# CONFIG_ON is not set\nCONFIG_COUNT=12\nCONFIG_NAME="7 \\"sages\\""\nCONFIG_BASE=0x10\nCONFIG_ELSEWHERE="some/path"\nCONFIG_OTHER=y\n',
  );
  expect(new Map(readDotConfig(written)).get('NAME')).toBe('7 "sages"');
});
