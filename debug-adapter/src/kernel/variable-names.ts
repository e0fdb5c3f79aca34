/** Names for objects in the guest's memory: `forks[1]` rather than an address, where a variable holds it. */
import type { Inspector } from './kernel';
import { Remembered } from './remembered';

export class VariableNames {
  readonly #names = new Remembered<string, string>();

  constructor(private readonly inspector: Inspector) {}

  /** The object of a type (`struct uk_mutex`) at an address. */
  of(type: string, address: bigint): Promise<string> {
    // What is written over may lead below the first address.
    const place = BigInt.asUintN(64, address);
    return this.#names.of(`${type} ${place}`, () => this.#find(type, place));
  }

  async #find(type: string, address: bigint): Promise<string> {
    const plain = `0x${address.toString(16)}`;
    const symbol = await this.inspector.symbolAt(address);
    if (symbol === undefined) return plain;
    if (symbol.offset === 0) {
      const whole = await this.#sizeOf(symbol.name);
      return whole === (await this.#sizeOf(type)) ? symbol.name : this.#element(type, symbol.name, 0);
    }
    return this.#element(type, symbol.name, symbol.offset);
  }

  /** An element where the variable is an array of the type; else how far into it the object lies. */
  async #element(type: string, variable: string, offset: number): Promise<string> {
    const [element, size] = await Promise.all([this.#sizeOf(`${variable}[0]`), this.#sizeOf(type)]);
    if (element !== undefined && element === size) return `${variable}[${offset / size}]`;
    return offset === 0 ? variable : `${variable}+${offset}`;
  }

  #sizeOf(expression: string): Promise<number | undefined> {
    return this.inspector.number(`sizeof(${expression})`).then(Number, () => undefined);
  }
}
