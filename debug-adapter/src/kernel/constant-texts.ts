/** Texts that do not change while the guest lives, such as names in its constants: each is read once. */
import type { Inspector } from './kernel';
import { readText } from './layout';

const LIMIT = 120;

export class ConstantTexts {
  readonly #texts = new Map<bigint, Promise<string>>();

  constructor(private readonly inspector: Inspector) {}

  /** Empty for a null pointer. */
  at(address: bigint): Promise<string> {
    if (address === 0n) return Promise.resolve('');
    const known = this.#texts.get(address) ?? this.inspector.read(address, LIMIT).then(readText);
    this.#texts.set(address, known);
    return known;
  }
}
