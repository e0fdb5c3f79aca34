import { expect, it } from 'vitest';
import type { MachineSpec } from './model';
import { explainRefusal } from './obstacles';

const SPEC: MachineSpec = {
  image: '/hello',
  architecture: 'x86_64',
  memory: '64M',
  cpus: 1,
  accelerator: 'tcg',
  paused: true,
  networks: [{ forwards: [{ protocol: 'udp', hostAddress: '0.0.0.0', hostPort: 65535, guestPort: 53 }] }],
};

it('tells a port that was taken between the look and the start', () => {
  const words =
    "qemu-system-x86_64: -netdev user,id=net0: Could not set up host forwarding rule 'udp:0.0.0.0:65535-:53'";
  expect(explainRefusal(words, SPEC)).toBe(
    'Port 65535 of the host (udp, 0.0.0.0) is in use by another program. End that program, or forward another port, for example 65534:53.',
  );
});

it('leaves words that it does not know', () => {
  expect(explainRefusal('qemu-system-x86_64: Out of memory', SPEC)).toBeUndefined();
});
