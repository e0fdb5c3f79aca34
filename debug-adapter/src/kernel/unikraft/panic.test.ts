import { expect, it } from 'vitest';
import type { Inspector } from '../kernel';
import { unikraftPanics } from './panic';

it('takes no function for a trap’s handler that is called like something else', async () => {
  const names = ['ukplat_terminate', 'constructor', 'toString', '__proto__'];
  const guest: Partial<Inspector> = {
    frames: async () => names.map((name, level) => ({ level, address: '0x1000', function: name })),
  };
  expect(await unikraftPanics.readPanic(guest as Inspector)).toMatchObject({
    kind: 'panic',
    details: ['in constructor'],
  });
});
