/** Where a vCPU stands, for a step that begins there. It is asked at each stop: by what GDB has the least to do for. */
import { evaluateNumber, type GdbConnection, registerNames, registerValues } from '../gdb';

/** Registers of x86_64 or arm64. */
export interface Standing {
  readonly pc: bigint;
  readonly sp: bigint;
}

interface Numbers {
  readonly pc: number;
  readonly sp: number;
}

export class Standings {
  /** GDB's numbers of the registers, from the first stop on. */
  #numbers: Numbers | undefined;
  #latest: { readonly thread: number; readonly standing: Promise<Standing | undefined> } | undefined;

  constructor(private readonly gdb: GdbConnection) {}

  /** Asks without being waited for. */
  note(thread: number): void {
    if (this.#numbers === undefined) this.#find().catch(() => undefined);
    this.#latest = { thread, standing: this.#read(thread, 0) };
  }

  /** What was noted is another thing now, or may be. */
  forget(): void {
    this.#latest = undefined;
  }

  /** Of a vCPU by GDB's id; undefined where GDB cannot tell. What is asked is sent before this returns. */
  of(thread: number): Promise<Standing | undefined> {
    return this.#latest?.thread === thread ? this.#latest.standing : this.#read(thread, 0);
  }

  /** The same of its innermost frame's caller. */
  ofCaller(thread: number): Promise<Standing | undefined> {
    return this.#read(thread, 1);
  }

  async #read(thread: number, level: number): Promise<Standing | undefined> {
    const at = { thread, level };
    try {
      if (this.#numbers === undefined) {
        const [pc, sp] = await Promise.all(['$pc', '$sp'].map((name) => evaluateNumber(this.gdb, name, at)));
        return pc === undefined || sp === undefined ? undefined : { pc, sp };
      }
      const numbers = this.#numbers;
      const values = await registerValues(this.gdb, [numbers.pc, numbers.sp], at);
      const [pc, sp] = [values.get(numbers.pc), values.get(numbers.sp)];
      return pc === undefined || sp === undefined ? undefined : { pc: BigInt(pc), sp: BigInt(sp) };
    } catch {
      return undefined;
    }
  }

  async #find(): Promise<void> {
    const names = await registerNames(this.gdb);
    const [pc, sp] = [/^(?:rip|pc)$/, /^(?:rsp|sp)$/].map((name) =>
      names.findIndex((each) => name.test(each)),
    );
    if (pc !== undefined && sp !== undefined && pc >= 0 && sp >= 0) this.#numbers = { pc, sp };
  }
}
