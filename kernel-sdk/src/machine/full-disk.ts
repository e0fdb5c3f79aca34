/** A guest whose write has no room on the host is stopped by QEMU, behind GDB's back: it is told, and goes on when there is room. */
import { isQmpObject, type QmpClient, type QmpValue } from './qmp';

/** A write is tried again after so long, in milliseconds. */
const RETRY_MS = 500;

export class FullDisk {
  #retry: NodeJS.Timeout | undefined;
  #isTold = false;
  #isDisposed = false;

  /** @param tell Gets a sentence, once for each time that a disk is full. */
  constructor(
    private readonly qmp: QmpClient,
    private readonly tell: (sentence: string) => void,
  ) {
    qmp.on('event', ({ name, data }) => {
      if (name === 'BLOCK_IO_ERROR' && data.nospace === true && data.action === 'stop')
        this.#wait(data.device);
    });
    qmp.once('closed', () => this.dispose());
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#retry);
  }

  #wait(device: QmpValue | undefined): void {
    if (this.#isDisposed) return;
    if (!this.#isTold) void this.#explain(device);
    this.#isTold = true;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#tryAgain(), RETRY_MS);
  }

  #tryAgain(): void {
    this.qmp.execute('cont').catch(() => undefined);
    // Where it fails once more, QEMU says so before that.
    this.#retry = setTimeout(() => {
      this.#isTold = false;
    }, RETRY_MS);
  }

  async #explain(device: QmpValue | undefined): Promise<void> {
    const all = await this.qmp.execute('query-block').catch(() => null);
    const path = Array.isArray(all)
      ? all.map((one) => fileOf(one, device)).find((file) => file !== undefined)
      : undefined;
    if (this.#isDisposed) return;
    this.tell(
      `The unikernel waits, as there is no room on the host for what it writes to ${path === undefined ? 'its disk' : `the disk '${path}'`}. Free some space there, and it goes on.`,
    );
  }
}

function fileOf(block: QmpValue, device: QmpValue | undefined): string | undefined {
  if (!isQmpObject(block) || block.device !== device || !isQmpObject(block.inserted)) return undefined;
  const { file } = block.inserted;
  if (typeof file !== 'string') return undefined;
  // Of a disk that lies in another, as a recorded one does, QEMU gives all layers: the innermost has the file.
  const [, inner] = /^json:.*"filename": ("(?:[^"\\]|\\.)*")/.exec(file) ?? [];
  return inner === undefined ? file : JSON.parse(inner);
}
