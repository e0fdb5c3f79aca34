import { describe, expect, test } from 'vitest';
import { type Memory, readTargets, TargetMemory, targetLabel } from './targets';

const KRAFTFILE = `spec: v0.7
name: hello
x-kernel: sdk
targets:
  - qemu/x86_64
  - name: small
    plat: fc
    arch: x86_64
`;

/** A workspace's memory, which outlives the objects that use it. */
function workspaceMemory(): Memory {
  const values = new Map<string, unknown>();
  return {
    get: (key) => values.get(key),
    update: async (key, value) => void values.set(key, JSON.parse(JSON.stringify(value))),
  };
}

describe('targets of a manifest', () => {
  test('go by their name, else by platform and architecture', () => {
    expect(readTargets('/w/hello/Kraftfile', KRAFTFILE)).toEqual({
      name: 'hello',
      targets: [
        { id: 'qemu/x86_64', platform: 'qemu/x86_64' },
        { id: 'small', platform: 'fc/x86_64' },
      ],
    });
  });

  test('of a text that is not YAML are none, and the folder gives the name', () => {
    expect(readTargets('/w/app/Kraftfile', '{{{:')).toEqual({ name: 'app', targets: [] });
  });
});

describe('the chosen target', () => {
  const manifest = readTargets('/w/hello/Kraftfile', KRAFTFILE);

  test('is remembered for its manifest and no other, across restarts', async () => {
    const memory = workspaceMemory();
    await new TargetMemory(memory).choose('/w/hello/Kraftfile', 'small');
    const later = new TargetMemory(memory);
    expect(later.chosen('/w/hello/Kraftfile', manifest)?.id).toBe('small');
    expect(later.chosen('/w/other/Kraftfile', manifest)).toBeUndefined();
  });

  test('is forgotten when the manifest no longer has it', async () => {
    const targets = new TargetMemory(workspaceMemory());
    await targets.choose('/w/hello/Kraftfile', 'small');
    const edited = readTargets('/w/hello/Kraftfile', KRAFTFILE.replace('name: small', 'name: tiny'));
    expect(targets.chosen('/w/hello/Kraftfile', edited)).toBeUndefined();
  });

  test('is told to listeners until they are disposed', async () => {
    const targets = new TargetMemory(workspaceMemory());
    let told = 0;
    const listener = targets.onDidChange(() => told++);
    await targets.choose('/w/Kraftfile', 'small');
    listener.dispose();
    await targets.choose('/w/Kraftfile', 'qemu/x86_64');
    expect(told).toBe(1);
  });

  test('survives a memory that holds something else', () => {
    const targets = new TargetMemory({ get: () => 'broken', update: async () => undefined });
    expect(targets.chosen('/w/Kraftfile', manifest)).toBeUndefined();
  });
});

test('the status bar shows the first target until another is chosen', () => {
  const manifest = readTargets('/w/hello/Kraftfile', KRAFTFILE);
  expect(targetLabel(manifest, undefined)).toBe('hello · qemu/x86_64');
  expect(targetLabel(manifest, manifest.targets[1])).toBe('hello · small');
  expect(targetLabel({ name: 'app', targets: [] }, undefined)).toBe('app · no target');
});
