import { expect, test } from 'vitest';
import { runGuest } from '../../../../src/testing';

const WARNING = 'random numbers can be guessed';
/** Of 2^18 bytes half the bits are ones; ten standard deviations of 724 are never seen. */
const ONES = 1024 * 1024;

test.each([
  ['qemu/x86_64', 'Kraftfile', [], true],
  ['qemu/x86_64', 'Kraftfile.rng', [], true],
  // Without RDRAND the device alone is the source.
  ['qemu/x86_64', 'Kraftfile.rng', ['-cpu', 'qemu64'], true],
  ['qemu/x86_64', 'Kraftfile', ['-cpu', 'qemu64'], false],
  ['qemu/arm64', 'Kraftfile.rng', [], true],
  ['qemu/arm64', 'Kraftfile', [], false],
])('random bytes differ with each boot (%s, %s, %j)', async (target, manifest, extraArguments, safe) => {
  const boot = () => runGuest(import.meta.dirname, { target, manifest, machine: { extraArguments } });
  const outputs = [(await boot()).output, (await boot()).output];
  const shown = outputs.flatMap((output) => [...output.matchAll(/bytes:([0-9a-f]+)/g)].map(([, hex]) => hex));
  expect(shown).toHaveLength(6);
  expect(new Set(shown.map((hex) => hex?.slice(0, 16))).size).toBe(6);
  for (const output of outputs) {
    expect(output.includes(WARNING)).toBe(!safe);
    expect(output).toContain('beside: 0\n');
    const [, ones, least, most] = /(\d+) ones, (\d+) to (\d+) of each/.exec(output) ?? [];
    expect(Math.abs(Number(ones) - ONES)).toBeLessThan(7_240);
    expect(Number(least)).toBeGreaterThan(700);
    expect(Number(most)).toBeLessThan(1_350);
  }
});
