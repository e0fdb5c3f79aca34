/** `npm run demo` without VS Code on PATH: the sample in code-server, for the user's own browser. */
import { installWorkbench } from './workbench/install';
import { copyTemplate } from './workbench/sample';
import { startServer } from './workbench/server';

export interface ServedSample {
  readonly address: string;
  dispose(): Promise<void>;
}

/** @param options `root` is the repository, `vsix` the package to install. */
export async function serveSample(options: { root: string; vsix: string }): Promise<ServedSample> {
  const workbench = await installWorkbench((line) => console.log(line));
  const sample = await copyTemplate(options.root, 'hello');
  try {
    const server = await startServer(workbench, options.vsix);
    const address = `${server.address}/?folder=${encodeURIComponent(sample.folder)}`;
    const dispose = async () => {
      await server.dispose();
      await sample.dispose();
    };
    return { address, dispose };
  } catch (error) {
    await sample.dispose();
    throw error;
  }
}
