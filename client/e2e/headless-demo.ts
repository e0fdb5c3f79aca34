/** `npm run demo -- --headless`: the tour in headless Chromium, told on the terminal. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openPage } from './page/page';
import { kernelSources, takeTour } from './tour';
import { installWorkbench } from './workbench/install';
import { debuggeesOf } from './workbench/processes';
import { copyTemplate } from './workbench/sample';
import { startServer } from './workbench/server';

export interface HeadlessDemo {
  /** The repository. */
  readonly root: string;
  /** The package to install. */
  readonly vsix: string;
  /** Chromium's path. */
  readonly browser: string;
}

/** Throws when something of the tour was not seen; nothing is left running in either case. */
export async function headlessDemo({ root, vsix, browser }: HeadlessDemo): Promise<void> {
  const pictures = join(root, 'out/demo');
  await rm(pictures, { recursive: true, force: true });
  const workbench = await installWorkbench((line) => console.log(line));
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, string>;
  const sample = await copyTemplate(root, 'hello');
  try {
    const server = await startServer(workbench, vsix);
    try {
      const page = await openPage({ browser, address: server.address, folder: sample.folder, pictures });
      try {
        const places = { folder: sample.folder, kernel: kernelSources(server.extensions, manifest) };
        const tour = await takeTour(page, places, (sentence) => console.log(`  saw ${sentence}`));
        const left = await debuggeesOf(server.mark);
        if (left.length > 0)
          throw new Error(`Left behind: ${left.map(({ program }) => program).join(', ')}.`);
        console.log(`Screenshots: ${pictures}`);
        console.log(`F5 to first stop, built from nothing: ${tour.firstStopMs} ms`);
        console.log(`F5 to first stop: ${tour.secondStopMs} ms`);
      } finally {
        await page.dispose();
      }
    } finally {
      await server.dispose();
    }
  } finally {
    await sample.dispose();
  }
}
