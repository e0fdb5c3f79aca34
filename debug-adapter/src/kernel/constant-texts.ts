/** Texts that do not change while the guest lives, such as names in its constants: each is read once. */
import type { Inspector } from './kernel';
import { readText } from './layout';
import { Remembered } from './remembered';

const LIMIT = 120;

export class ConstantTexts {
  readonly #texts = new Remembered<bigint, string>();

  constructor(private readonly inspector: Inspector) {}

  /** Empty for a null pointer. */
  at(address: bigint): Promise<string> {
    if (address === 0n) return Promise.resolve('');
    return this.#texts.of(address, () => this.inspector.read(address, LIMIT).then(readText));
  }
}
