/** A template's copy, open in a workbench with the packaged extension: what demo and tests start from. */
import { existsSync } from 'node:fs';
import { vsixPath } from '../../scripts/package.mjs';
import { Failure } from '../../scripts/run-command.mjs';
import { browserPath } from '../../scripts/setup.mjs';
import { openPage, type WorkbenchPage } from '../page/page';
import { installWorkbench } from './install';
import { copyTemplate } from './sample';
import { startServer, type WorkbenchServer } from './server';

export interface OpenWorkbench {
  readonly page: WorkbenchPage;
  readonly server: WorkbenchServer;
  /** The copy of the template. */
  readonly folder: string;
  /** Closes the browser, ends every process of the server, and removes all folders. */
  dispose(): Promise<void>;
}

export interface WorkbenchOptions {
  /** The repository. */
  readonly root: string;
  /** Where screenshots go. */
  readonly pictures: string;
  readonly say: (line: string) => void;
  /** `hello` unless told. */
  readonly template?: string;
}

/** The package must have been made: `npm run package`. */
export async function openWorkbench({ pictures, ...sample }: WorkbenchOptions): Promise<OpenWorkbench> {
  const { server, folder, dispose: disposeServer } = await serveSample(sample);
  try {
    const page = await openPage({ browser: browserPath(), address: server.address, folder, pictures });
    const dispose = async () => {
      await page.dispose();
      await disposeServer();
    };
    return { page, server, folder, dispose };
  } catch (error) {
    await disposeServer();
    throw error;
  }
}

/** The same without a browser, for a person's own. */
export async function serveSample({
  root,
  say,
  template = 'hello',
}: Omit<WorkbenchOptions, 'pictures'>): Promise<Omit<OpenWorkbench, 'page'>> {
  const vsix = vsixPath();
  if (!existsSync(vsix)) throw new Failure(`There is no ${vsix}. Run: npm run package`);
  const workbench = await installWorkbench(say);
  const sample = await copyTemplate(root, template);
  try {
    const server = await startServer(workbench, vsix);
    const dispose = async () => {
      await server.dispose();
      await sample.dispose();
    };
    return { server, folder: sample.folder, dispose };
  } catch (error) {
    await sample.dispose();
    throw error;
  }
}
