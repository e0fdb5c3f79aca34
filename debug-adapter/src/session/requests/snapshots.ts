/** Requests of our own for states of the machine that one can go back to. */
import { invalidArguments, noSnapshots } from '../../errors';
import type { Handlers, SessionContext } from '../context';
import type { RunSnapshots } from '../run-snapshots';

export const snapshotRequests: Handlers = {
  /** Of a stopped guest, under a new name. */
  async 'unikernel/saveSnapshot'(context, args: { name?: unknown }) {
    const name = nameOf(args);
    return { snapshot: await snapshotsOf(context).save(name, context.stopped().stop) };
  },

  /** The oldest first. */
  async 'unikernel/snapshots'(context) {
    return { snapshots: await snapshotsOf(context).list() };
  },

  /** An event `stopped` with the reason `goto` tells where the guest stands then. Hit counts begin again. */
  async 'unikernel/goToSnapshot'(context, args: { name?: unknown }) {
    const name = nameOf(args);
    const snapshots = snapshotsOf(context);
    await snapshots.require(name);
    await context.rewind(async () => {
      const stop = await snapshots.goTo(name);
      await context.breakpoints.countAnew();
      return stop;
    });
    return {};
  },

  async 'unikernel/deleteSnapshot'(context, args: { name?: unknown }) {
    await snapshotsOf(context).delete(nameOf(args));
    return {};
  },
};

function nameOf({ name }: { name?: unknown }): string {
  if (typeof name === 'string' && name.trim() !== '') return name.trim();
  throw invalidArguments("'name' takes the name of a snapshot.");
}

function snapshotsOf(context: SessionContext): RunSnapshots {
  context.target();
  const snapshots = context.run?.snapshots;
  if (snapshots !== undefined) return snapshots;
  throw noSnapshots(
    'Snapshots are kept of a machine that was launched here. This one was started by somebody else: launch it, or use the monitor of its QEMU.',
  );
}
