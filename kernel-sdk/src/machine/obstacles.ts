/** What keeps a machine from starting, each in a sentence: seen before QEMU starts, or in its own words. */
import { createSocket } from 'node:dgram';
import { access, constants, open, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { forwardRule, MACHINES, machineTypeOf, virtioDevices } from './arguments';
import { createDisk } from './disks';
import type { Disk, MachineSpec, PortForward } from './model';

/** Makes what is to be made on first use; gives the first obstacle, undefined when there is none. */
export async function findObstacle(spec: MachineSpec): Promise<string | undefined> {
  const mismatch = machineObstacle(spec);
  if (mismatch !== undefined) return mismatch;
  if (spec.initrd !== undefined) {
    const reason = await unreadable(spec.initrd, 'file');
    if (reason !== undefined) {
      return `The initrd '${spec.initrd}' ${reason}. Correct 'rootfs', or build the project again.`;
    }
  }
  for (const { path } of spec.shares ?? []) {
    const reason = await unreadable(path, 'folder');
    if (reason !== undefined)
      return `The folder '${path}', which the unikernel is to see, ${reason}. Make it, or correct 'volumes'.`;
  }
  for (const disk of spec.disks ?? []) {
    const obstacle = await diskObstacle(disk);
    if (obstacle !== undefined) return obstacle;
  }
  const forwards = (spec.networks ?? []).flatMap((network) => network.forwards);
  const rules = new Set<string>();
  for (const forward of forwards) {
    const own = `${forward.protocol} ${forward.hostAddress}:${forward.hostPort}`;
    if (rules.has(own)) {
      return `Port ${forward.hostPort} of the host is forwarded twice. Remove one of the two, or give it another port.`;
    }
    rules.add(own);
    const code = await bindCode(forward);
    if (code !== undefined) return portSentence(forward, code);
  }
  return undefined;
}

/** The machine and the image belong together, and the devices have room. */
function machineObstacle(spec: MachineSpec): string | undefined {
  const type = machineTypeOf(spec);
  const { architecture, room } = MACHINES[type];
  if (architecture !== spec.architecture) {
    const fit = Object.entries(MACHINES).filter(([, facts]) => facts.architecture === spec.architecture);
    return `The machine '${type}' is an ${architecture} one and the image is for ${spec.architecture}: take ${fit.map(([name]) => `'${name}'`).join(' or ')}.`;
  }
  const devices = virtioDevices(spec);
  if (devices > room) {
    return `The machine '${type}' has room for ${room} devices, and this project has ${devices}. Take the machine 'q35', or fewer disks and volumes.`;
  }
  return undefined;
}

async function diskObstacle(disk: Disk): Promise<string | undefined> {
  const { path, size, readOnly } = disk;
  if (size !== undefined && (await stat(path).catch(() => undefined)) === undefined) {
    try {
      await createDisk(disk, size);
    } catch (error) {
      return `The disk '${path}' could not be made: ${whyNotMade(path, error as NodeJS.ErrnoException)}`;
    }
  }
  const reason = await unreadable(path, 'file', !readOnly);
  if (reason === undefined) return undefined;
  const advice = reason.startsWith('does not exist')
    ? "Make it, correct its path, or give a 'size' in 'x-disks' to have it made."
    : 'Correct its path or its permissions.';
  return `The disk '${path}' ${reason}. ${advice}`;
}

/** What follows a colon: why a file could not be made, and what to do. */
function whyNotMade(path: string, { code, message }: NodeJS.ErrnoException): string {
  const folder = dirname(path);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `'${folder}' is no folder. Make it, or correct the disk's path.`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `you may not write to '${folder}'. Correct the disk's path, or the folder's permissions.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `there is no room in '${folder}'. Free some space there, or correct the disk's path.`;
    default:
      return `${message}. Correct the disk's path, or its 'size'.`;
  }
}

/** Words that follow a path: why it cannot be used. */
async function unreadable(
  path: string,
  kind: 'file' | 'folder',
  writing = false,
): Promise<string | undefined> {
  try {
    const there = await stat(path);
    if (kind === 'folder' ? !there.isDirectory() : there.isDirectory()) {
      return kind === 'folder' ? 'is not a folder' : 'is a folder, not a file';
    }
    if (kind === 'folder') await access(path, constants.R_OK | constants.X_OK);
    else await (await open(path, writing ? 'r+' : 'r')).close();
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      return writing ? 'may not be written to' : 'may not be read';
    }
    return `cannot be opened (${message})`;
  }
}

/** The error code of listening where a forward will; undefined when it works. */
function bindCode({ protocol, hostAddress, hostPort }: PortForward): Promise<string | undefined> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message);
    if (protocol === 'udp') {
      const socket = createSocket('udp4').once('error', failed);
      socket.bind({ address: hostAddress, port: hostPort, exclusive: true }, () =>
        socket.close(() => resolve(undefined)),
      );
    } else {
      const server = createServer().once('error', failed);
      server.listen({ host: hostAddress, port: hostPort, exclusive: true }, () =>
        server.close(() => resolve(undefined)),
      );
    }
  });
}

function portSentence(forward: PortForward, code: string): string {
  const { protocol, hostAddress, hostPort, guestPort } = forward;
  switch (code) {
    case 'EACCES':
      return `Port ${hostPort} of the host may not be listened on without more rights. Forward one from 1024 on, for example ${hostPort + 8000}:${guestPort}.`;
    case 'EADDRNOTAVAIL':
      return `The host has no address ${hostAddress}, which port ${hostPort} is to be forwarded from. Leave the address out for 127.0.0.1.`;
    default: {
      const other = hostPort < 65535 ? hostPort + 1 : hostPort - 1;
      return `Port ${hostPort} of the host (${protocol}, ${hostAddress}) is in use by another program. End that program, or forward another port, for example ${other}:${guestPort}.`;
    }
  }
}

/** QEMU's words on why it did not start as a sentence; undefined for words that say nothing known. */
export function explainRefusal(words: string, spec: MachineSpec): string | undefined {
  const rule = /Could not set up host forwarding rule '([^']+)'/.exec(words)?.[1];
  const forward = (spec.networks ?? [])
    .flatMap(({ forwards }) => forwards)
    .find((candidate) => forwardRule(candidate) === rule);
  if (forward !== undefined) return portSentence(forward, 'EADDRINUSE');
  if (/unsupported machine type|-semihosting-config .*not supported for this target/.test(words)) {
    return `This QEMU has no machine '${machineTypeOf(spec)}', which images for ${spec.architecture} boot on. Clear the setting 'unikernel.qemuPath', or name a QEMU for ${spec.architecture} there.`;
  }
  const locked = /Is another process using the image \[(.*?)\]/.exec(words)?.[1];
  if (locked !== undefined) {
    return `The disk '${locked}' is in use by another machine. End that machine, or give this one a disk of its own.`;
  }
  const format = /Image is not in (\w+) format/.exec(words)?.[1];
  if (format !== undefined) {
    const disk = spec.disks?.find((candidate) => words.includes(`file=${candidate.path}`));
    return `The disk '${disk?.path ?? ''}' is not in the format ${format}, which its name says. Rename it, or make it again.`;
  }
  return undefined;
}
