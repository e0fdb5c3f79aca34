/** A machine that is recorded as it runs, and played back to any of its instructions. */
import { Duplex } from 'node:stream';
import { messageOf } from '../problem';
import { processIsGone } from '../program';
import type { Machine, MachineEnd, MachineSpec, RecordingFiles } from './model';
import { explainRoom, noRoom, roomIn } from './private-folder';
import { isQmpObject } from './qmp';
import { saveDisks } from './recorded-disks';
import { type Part, Parts } from './recorded-parts';
import { anew, bytesOf, bytesToContinue, continueFiles, removeFiles } from './recording-files';
import { positionOf, rest, seekReplay, watchReplay, withLimit } from './replay-control';
import { isWholeLog, mendLogFile } from './replay-log';
import { startMachine } from './start';

/** A state is kept within this time, in milliseconds: it is as large as the memory that the guest has used. */
const SAVE_LIMIT_MS = 10_000;
/** A state that takes longer to be kept, in milliseconds, is the last one that is kept on the way. */
const WORTH_MS = 500;
/** So many instructions of the recording behind where it goes back from, QEMU does not look for its end. */
const BEHIND = 8;
/** A replay that hangs is started anew so many times. */
const TRIES = 4;
/** QEMU gets this long to close its log, in milliseconds. */
const QUIT_LIMIT_MS = 5_000;

/** What QEMU still writes to its log as it ends, and a little more, in bytes. */
const LOG_ROOM = 1 << 18;
const ROOM = 'The recording of the run has';

const UNENDED = `QEMU did not end the recording within ${QUIT_LIMIT_MS / 1000} s and was killed.`;
const LATER =
  'The unikernel goes on, but what it has run cannot be gone back to; going back begins another recording.';
/** What QEMU says once, when a log does not take what it writes (replay/replay-internal.c). */
const DAMAGE = /replay write error/;
const GONE = 'The unikernel has ended, and its recording with it. Start it again.';
const ANEW = 'What lies before here cannot be played. Another recording begins here.';

/** QEMU's name of the state that a part was left in. */
const LEFT = 'left';

/**
 * The machine as it runs, and after {@link finish} its recording, until it goes on live from where that ends. A position is a
 * number of instructions since the start.
 */
export class RecordedMachine implements Machine {
  readonly ended: Promise<MachineEnd>;
  /** The guest's line while it is recorded; what a replay repeats is not told again. */
  readonly serial: Duplex;
  /** Called when QEMU is gone in the middle of a replay; the next {@link seek} starts another one. */
  lost: () => void = () => undefined;
  /** Called with a sentence when what was recorded cannot be played any more; the guest runs on. */
  damaged: (sentence: string) => void = () => undefined;
  /** Called with a sentence when the machine has ended, and its disks did not take what the guest wrote: where that is kept. */
  unsaved: (sentence: string) => void = () => undefined;
  /** Called when the machine goes on in another QEMU. */
  renewed: () => void = () => undefined;
  #machine: Machine;
  #settle: (end: MachineEnd) => void = () => undefined;
  #player: Machine | undefined;
  /** A machine that is being started. */
  #starting: Promise<void> | undefined;
  readonly #parts: Parts;
  /** The one that runs, or that was played last. */
  #part: Part;
  /** Where the machine was left last, and what it can go on with from there. */
  #left: number | undefined;
  #next: RecordingFiles | undefined;
  /** Of what files there were: no two have one name. */
  #count = 0;
  /** Whether QEMU could not write all of the log. */
  #isDamaged = false;
  #disposed = false;
  #laysStates = true;

  /** @param files Of what `machine` records, made of `spec`; in `folder`, which goes with it. */
  constructor(
    machine: Machine,
    private readonly spec: MachineSpec,
    files: RecordingFiles,
    private readonly folder: string,
  ) {
    this.#parts = new Parts(files);
    this.#part = this.#parts.last;
    this.#machine = machine;
    this.serial = new Duplex({
      read: () => undefined,
      write: (bytes: Buffer, _, done) => {
        const { serial } = this.#machine;
        if (!this.isReplay && !serial.destroyed) serial.write(bytes);
        done();
      },
    });
    this.ended = new Promise<MachineEnd>((resolve) => {
      this.#settle = resolve;
    }).then((end) => this.#clear(end));
    this.#follow(machine);
  }

  get pid(): number {
    return this.#machine.pid;
  }

  get accelerator() {
    return this.#machine.accelerator;
  }

  get gdb() {
    return this.#machine.gdb;
  }

  get qmp() {
    return this.#machine.qmp;
  }

  get words() {
    return this.#machine.words;
  }

  get snapshots() {
    return this.#machine.snapshots;
  }

  /** Whether the past is looked at. */
  get isReplay(): boolean {
    return this.#parts.last.end !== undefined;
  }

  /** The position of the last instruction that can be come to without {@link goOn}; undefined while it is recorded. */
  get end(): number | undefined {
    return this.#part.end;
  }

  /** The first position that can be gone to. */
  get start(): number {
    return this.#parts.start;
  }

  /** From this position to the one before `end` the machine runs in one go. */
  beginning(end: number): number {
    return this.#parts.beginning(end);
  }

  position(): Promise<number> {
    return positionOf(this.qmp);
  }

  /** Whether the guest has ended, by a reset of its own, say, and runs nothing any more. */
  async isShutDown(): Promise<boolean> {
    const status = await this.qmp.execute('query-status');
    return isQmpObject(status) && status.status === 'shutdown';
  }

  /** Keeps the state of a stopped machine, so that what comes after it is reached sooner. */
  async keep(): Promise<void> {
    const position = await this.position();
    await this.#save(stateAt(position));
    this.#part.states.add(position);
  }

  /** Whether a position belongs to what is played, and not to something before it that QEMU can go back to as well. */
  isPlayed(position: number): boolean {
    return position > this.#part.base;
  }

  /** Whether QEMU goes back by itself; on arm64 QEMU 7.2 ends when it does. */
  get isReversible(): boolean {
    return this.spec.architecture === 'x86_64';
  }

  /**
   * Whether QEMU goes back by itself from a position of what is played soon: a state is kept shortly before it, or is where the
   * way there is gone once more. From the last ones that were recorded it does not.
   */
  reversibility(position: number): 'near' | 'far' | 'none' {
    const { states, recorded = 0 } = this.#part;
    if (!this.isReversible || !this.isPlayed(position) || position + BEHIND > recorded) return 'none';
    if (states.isNear(position)) return 'near';
    return this.#laysStates ? 'far' : 'none';
  }

  /** Whether QEMU has a state of the machine at a position itself. */
  hasStateAt(position: number): boolean {
    return position === this.#left || this.#part.states.isAt(position);
  }

  /**
   * Whether {@link finish} has room for what it makes, behind {@link leave}. Rejects with a sentence where it has none: the
   * recording is better not ended then, as nobody could go on from there.
   */
  async requireRoom(): Promise<void> {
    await this.#requireRoomFor(await bytesToContinue(this.#parts.last.files));
  }

  /** Keeps the state of a stopped machine for {@link goOn}. Rejects with a sentence. */
  async leave(): Promise<void> {
    this.#left = undefined;
    const position = await this.position();
    await this.#save(LEFT);
    this.#left = position;
  }

  /** What comes next is another part: a stopped guest was changed from outside, which is not in the log. */
  async cut(): Promise<void> {
    const position = await this.position();
    const { files, base } = this.#parts.last;
    await this.#save(position === base ? files.first : stateAt(position));
    if (position === base) return;
    this.#parts.last.end = position;
    this.#parts.last.recorded = position;
    this.#part = this.#parts.add(files, position);
  }

  /**
   * Ends the recording, which stands at `recorded`; `end` is the last position that anybody wants to see, and lies before that.
   * Rejects with a sentence where it is lost, or has no room to be played beside a machine that goes on: another one goes on
   * then from where the machine was left.
   */
  async finish(end: number, recorded: number): Promise<void> {
    const { ended } = this.#machine;
    const part = this.#parts.last;
    part.end = end;
    part.recorded = recorded;
    this.qmp.execute('quit').catch(() => undefined);
    // Its own end closes the log; what has to be killed leaves what was written so far.
    let why = noRoom(this.folder, ROOM).message;
    await withLimit(ended, QUIT_LIMIT_MS).catch(() => {
      why = UNENDED;
      return this.#machine.dispose();
    });
    const isWhole = !this.#isDamaged && (await isWholeLog(part.files.log).catch(() => false));
    if (!isWhole) throw await this.#beginAnew(part, why);
    // What cannot be read whole, for its size say, is played as it is.
    await mendLogFile(part.files.log, this.spec.architecture).catch(() => undefined);
    try {
      this.#next = await continueFiles(part.files, this.folder, this.spec.disks ?? [], ++this.#count);
    } catch (error) {
      const { message } = await explainRoom(error, this.folder, ROOM);
      throw await this.#beginAnew(part, message);
    }
  }

  /** Goes on live with the files of a part that nobody plays any more, or ends; gives the sentence that tells of it. */
  async #beginAnew(part: Part, why: string): Promise<Error> {
    this.#next = anew(part.files, this.folder, ++this.#count);
    // What was recorded before ends nowhere, and the next recording needs room.
    await removeFiles(this.#parts.files, this.#next);
    this.#starting = this.#goLive();
    try {
      await this.#starting;
    } catch (error) {
      const message = [...new Set([why, messageOf(error)])].join(' ');
      this.#disposed = true;
      this.#close({ kind: 'died', message });
      return new Error(message);
    }
    this.#parts.forgetOthers();
    return new Error(`${why} ${ANEW}`);
  }

  /**
   * On from the end of what is played: into what was recorded from there, or live. Rejects with a sentence; {@link seek}
   * leads back then.
   */
  async goOn(): Promise<void> {
    const following = this.#parts.after(this.#part);
    if (following !== undefined) {
      // The same position may have been come to from the part before.
      await this.abandon();
      await this.seek(following.base);
      return;
    }
    await this.abandon();
    this.#starting = this.#goLive();
    await this.#starting;
  }

  /** Lets a guest that is played stop at a position ahead of it, at the latest. */
  async stopAt(position: number): Promise<void> {
    await this.qmp.execute('replay-break', { icount: position });
  }

  /**
   * The guest stands at a position, in a QEMU of which nobody has the debugger's socket. Rejects with a sentence when it
   * does not come there; the next call starts anew.
   */
  async seek(position: number): Promise<void> {
    const part = this.#parts.at(position);
    for (let left = TRIES; ; left--) {
      if (this.#disposed) throw new Error(GONE);
      if (!this.isReplay) throw new Error('A recording is finished before it is played.');
      try {
        if (this.#part !== part) await this.abandon();
        if (this.#player === undefined) {
          this.#starting = this.#play(part);
          await this.#starting;
          // A machine of arm64 that has run nothing crashes QEMU (seen in 7.2) as it is put into a state.
          if (this.spec.architecture === 'arm64') {
            await seekReplay(this.qmp, Math.min((await this.position()) + 1, position));
          }
        }
        await seekReplay(this.qmp, position);
        return;
      } catch (error) {
        await this.abandon();
        if (left === 1) throw error;
      }
    }
  }

  /** Keeps states on a long way to a position of which somebody goes back next, as {@link seek} would go; it stands anywhere then. */
  async layStates(position: number): Promise<void> {
    const { states } = this.#parts.at(position);
    if (!this.#laysStates || states.isNear(position)) return;
    for (const rung of states.rungs(position)) {
      await this.seek(rung);
      const start = performance.now();
      // A QEMU that cannot do that while it plays is started anew for what comes next.
      this.#laysStates = false;
      try {
        await withLimit(this.#save(stateAt(rung)), SAVE_LIMIT_MS);
        for (const old of states.addRung(rung)) await this.#monitor(`delvm ${stateAt(old)}`);
      } catch {
        await this.abandon();
        return;
      }
      if (performance.now() - start > WORTH_MS) return;
      this.#laysStates = true;
    }
  }

  /** To be waited for between a stop of what is played and what it is to do next. */
  rest(): Promise<void> {
    return rest();
  }

  /** Waits for something that comes of a replay which runs; rejects when that stands still, or QEMU listens to nobody meanwhile. */
  watch<T>(work: Promise<T>): Promise<T> {
    return watchReplay(this.qmp, work);
  }

  /** Gives the QEMU that plays up; it may not listen to anybody any more. */
  async abandon(): Promise<void> {
    const player = this.#player;
    this.#player = undefined;
    if (player === undefined) return;
    // In replay QEMU may hang with its signals blocked.
    if (!processIsGone(player.pid)) process.kill(player.pid, 'SIGKILL');
    await player.dispose();
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    // Whoever seeks hears of its failure.
    await this.#starting?.catch(() => undefined);
    if (this.#player === undefined) await this.#machine.dispose();
    else await this.abandon();
    this.#close({ kind: 'stopped' });
    await this.ended;
  }

  async #play(part: Part): Promise<void> {
    this.#part = part;
    const started = await startMachine({
      ...this.spec,
      // Nobody is answered a second time.
      networks: (this.spec.networks ?? []).map(() => ({ forwards: [] })),
      recording: { ...part.files, mode: 'replay' },
      paused: true,
    });
    if (!started.ok) throw new Error(started.message);
    const player = started.machine;
    if (this.#disposed) {
      await player.dispose();
      throw new Error(GONE);
    }
    this.#player = player;
    this.#machine = player;
    player.serial.resume();
    void player.ended.then(() => {
      if (this.#player !== player) return;
      this.#player = undefined;
      this.lost();
    });
  }

  async #goLive(): Promise<void> {
    const [files, base] = [this.#next, this.#left];
    if (files === undefined || base === undefined) {
      throw new Error('QEMU kept no state of the machine there. Restart to run on.');
    }
    const recording = { ...files, mode: 'record', from: LEFT } as const;
    const started = await startMachine({ ...this.spec, recording, paused: true });
    if (!started.ok) throw await explainRoom(new Error(started.message), this.folder, ROOM);
    const { machine } = started;
    if (this.#disposed) {
      await machine.dispose();
      throw new Error(GONE);
    }
    this.#machine = machine;
    this.#part = this.#parts.add(files, base);
    [this.#next, this.#left] = [undefined, undefined];
    this.#isDamaged = false;
    this.#follow(machine);
    this.renewed();
    // A replay takes the nearest state to begin with, and this one belongs to the part before.
    await this.#monitor(`delvm ${LEFT}`);
  }

  /** Of the machine that runs live. */
  #follow(machine: Machine): void {
    machine.serial.on('data', (bytes: Buffer) => this.serial.push(bytes));
    machine.words.on('data', (text: string) => this.#listen(text));
    void machine.ended.then((end) => {
      if (this.#machine === machine && !this.isReplay) this.#close(end);
    });
  }

  /** To QEMU's own words. */
  #listen(text: string): void {
    if (this.#isDamaged || !DAMAGE.test(text)) return;
    this.#isDamaged = true;
    if (!this.isReplay) this.damaged(`${noRoom(this.folder, ROOM).message} ${LATER}`);
  }

  /** Keeps a stopped machine's state under a name. */
  async #save(state: string): Promise<void> {
    // One that does not fit would take the room that the log needs as well; it is about as large as those before it together.
    await this.#requireRoomFor(await bytesOf(this.#part.files.states));
    await this.#monitor(`savevm ${state}`);
  }

  /** For so many bytes, and what the log still gets. Rejects with a sentence. */
  async #requireRoomFor(bytes: number): Promise<void> {
    if ((await roomIn(this.folder)) < bytes + LOG_ROOM) throw noRoom(this.folder, ROOM);
  }

  /** The human monitor says what went wrong, or nothing. */
  async #monitor(line: string): Promise<void> {
    const words = await this.qmp.execute('human-monitor-command', { 'command-line': line });
    if (typeof words !== 'string') return;
    this.#listen(words);
    const told = words
      .replace(DAMAGE, '')
      .trim()
      .replace(/^Error: /, '');
    if (told === '') return;
    throw await explainRoom(new Error(told.replace(/\.*$/, '.')), this.folder, ROOM);
  }

  #close(end: MachineEnd): void {
    this.serial.push(null);
    this.serial.destroy();
    this.#settle(end);
  }

  /** The disks get what was written live. */
  async #clear(end: MachineEnd): Promise<MachineEnd> {
    const { overlays } = this.#next ?? this.#parts.last.files;
    const sentence = await saveDisks(this.spec, overlays, this.folder).catch(
      (error) =>
        `Some of what the unikernel wrote may not be in its disks: ${messageOf(error)}. Look for it in '${this.folder}', before another unikernel starts.`,
    );
    if (sentence !== undefined) this.unsaved(sentence);
    return end;
  }
}

/** QEMU's name of a state. Of two at one position it takes the first: there is one alone. */
const stateAt = (position: number) => `at${position}`;
