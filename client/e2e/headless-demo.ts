/** `npm run demo -- --headless`: the tour in headless Chromium, told on the terminal. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { takeTour } from './tour';
import { debuggeesOf } from './workbench/processes';
import { openWorkbench } from './workbench/workbench';

/** Throws when something of the tour was not seen; nothing is left running in either case. */
export async function headlessDemo(root: string): Promise<void> {
  // Exiting ends the server; the default of a signal would not.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
  const pictures = join(root, 'out/demo');
  await rm(pictures, { recursive: true, force: true });
  const { page, server, folder, dispose } = await openWorkbench({ root, pictures, say: console.log });
  try {
    const places = { folder, kernel: server.kernel };
    const tour = await takeTour(page, places, (sentence) => console.log(`  saw ${sentence}`));
    const left = await debuggeesOf(server.mark);
    if (left.length > 0) throw new Error(`Left behind: ${left.map(({ program }) => program).join(', ')}.`);
    console.log(`Screenshots: ${pictures}`);
    console.log(`F5 to first stop, built from nothing: ${tour.firstStopMs} ms`);
    console.log(`F5 to first stop: ${tour.secondStopMs} ms`);
  } finally {
    await dispose();
  }
}
