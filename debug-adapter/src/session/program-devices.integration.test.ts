/** Images that are built already, with devices and a root file system that the launch configuration gives them. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuiltImage, build } from '@unikernel-tools/kernel-sdk/build';
import { configureProject, loadProject } from '@unikernel-tools/kernel-sdk/project';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processOf } from '../testing/debuggee';
import { useSessions } from '../testing/sessions';

const MANIFEST = `spec: v0.7
name: gear
x-kernel: sdk
targets: [qemu/x86_64, qemu/arm64]
rootfs: ./root
libraries: {musl: {}, virtio_9p: {}, virtio_blk: {}, virtio_net: {}, lwip: {}}
`;
const MAIN = `#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uk/blkdev.h>

static void show(const char *path) {
  char text[80] = "";
  FILE *file = fopen(path, "r");
  if (file == NULL) return;
  if (fgets(text, sizeof(text), file) != NULL) printf("%s: %s\\n", path, text);
  fclose(file);
}

static void serve(void) {
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(7), .sin_addr = {INADDR_ANY}};
  int listening = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listening, (struct sockaddr *)&here, sizeof(here)) || listen(listening, 1)) exit(1);
  printf("listening\\n");
  int client = accept(listening, NULL, NULL);
  write(client, "served", 6);
  close(client);
}

int main(int argc, char *argv[]) {
  for (int i = 1; i < argc; i++) printf("argument %s\\n", argv[i]);
  if (getenv("MODE") != NULL) printf("mode %s\\n", getenv("MODE"));
  show("/motd");
  show("/data/note");
  FILE *made = fopen("/data/made", "w");
  if (made != NULL) {
    fputs("by the guest", made);
    fclose(made);
  }
  for (int i = 0; uk_blkdev_get(i); i++) printf("disk of %lu sectors\\n", (unsigned long)uk_blkdev_get(i)->sectors);
  if (argc > 1 && strcmp(argv[argc - 1], "serve") == 0) serve();
  printf("done\\n");
  return 0;
}
`;

let folder: string;
const built = new Map<string, BuiltImage>();
const { start } = useSessions(() => folder);

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'program-devices-')));
  for (const name of ['root', 'data']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'Kraftfile'), MANIFEST);
  writeFileSync(
    join(folder, 'Makefile.uk'),
    '$(eval $(call addlib,appgear))\nAPPGEAR_SRCS-y += $(APPGEAR_BASE)/main.c\n',
  );
  writeFileSync(join(folder, 'main.c'), MAIN);
  writeFileSync(join(folder, 'root/motd'), 'of the initrd');
  writeFileSync(join(folder, 'data/note'), 'of the host');
  const loaded = loadProject(join(folder, 'Kraftfile'));
  if (!loaded.ok) throw new Error(loaded.message);
  for (const target of ['qemu/x86_64', 'qemu/arm64']) {
    const configured = configureProject(loaded.project, target);
    if (!configured.ok) throw new Error(configured.message);
    const image = await build(configured.configured);
    if (!image.ok) throw new Error(image.message);
    built.set(target, image);
  }
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(['qemu/x86_64', 'qemu/arm64'])('a program for %s', (target) => {
  const image = () => {
    const found = built.get(target);
    if (found === undefined) throw new Error(`Nothing is built for ${target}.`);
    return found;
  };
  /** What the guest has said, once it has ended. */
  let said = '';
  const launch = (options: object) => {
    said = '';
    return start({ program: image().image, stopOnEntry: false, ...options }, [], async ({ client }) => {
      client.on('output', ({ body }: DebugProtocol.OutputEvent) => {
        if (body.category === 'stdout') said += body.output;
      });
    });
  };
  const ended = async (session: Awaited<ReturnType<typeof launch>>) => {
    await session.take<DebugProtocol.OutputEvent>('output', ({ body }) =>
      body.output.includes('exited with code 0'),
    );
  };

  it('gets its initrd as its root, and sees the folders of the host', async () => {
    const session = await launch({
      initrd: image().initrd,
      volumes: [`${join(folder, 'data')}:/data`],
      memory: '96M',
    });
    await ended(session);
    expect(said).toContain('/motd: of the initrd');
    expect(said).toContain('/data/note: of the host');
    expect(readFileSync(join(folder, 'data/made'), 'utf8')).toBe('by the guest');
  });

  it('gets its disks in their order, its arguments, and its environment', async () => {
    const session = await launch({
      disks: [
        { path: join(folder, `one-${target.slice(5)}.img`), size: '1M' },
        { path: join(folder, `two-${target.slice(5)}.qcow2`), size: '2M' },
      ],
      args: ['one', 'two words'],
      env: { MODE: 'fast and loose' },
    });
    await ended(session);
    for (const line of [
      'argument one',
      'argument two words',
      'mode fast and loose',
      'disk of 2048',
      'disk of 4096',
    ]) {
      expect(said).toContain(line);
    }
  });

  it('is reached through the ports that are forwarded', async () => {
    const port = await freePort();
    const session = await launch({ ports: [`${port}:7`], args: ['serve'] });
    await session.output('stdout', 'listening');
    const answer = await fetchText(port);
    expect(answer).toBe('served');
    await ended(session);
  });

  it('gets a command line and arguments of QEMU as they are', async () => {
    const session = await launch({
      append: 'gear env.vars=[ "MODE=told" ] -- as it is',
      qemuArguments: ['-name', 'gear-of-the-test'],
      stopOnEntry: true,
      cpus: 2,
    });
    await session.stopped();
    const command = readFileSync(`/proc/${processOf(folder, 'qemu')}/cmdline`, 'utf8').split('\0');
    expect(command).toContain('gear-of-the-test');
    expect(command[command.indexOf('-smp') + 1]).toBe('2');
    await session.client.continueRequest({ threadId: 1 });
    await ended(session);
    for (const line of ['argument as', 'argument it', 'argument is', 'mode told']) {
      expect(said).toContain(line);
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('A TCP server has an address.');
  return address.port;
}

/** What a server says before it closes. */
async function fetchText(port: number): Promise<string> {
  return new Promise((done, fail) => {
    let text = '';
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('utf8').on('data', (data: string) => {
      text += data;
    });
    socket.once('close', () => done(text)).once('error', fail);
  });
}
