/** The guest's serial line as a terminal of the editor: what it says, colours included, and every key for it. */
import * as vscode from 'vscode';
import { DEBUG_TYPE } from './launch-configuration';
import { TerminalText } from './serial-text';

/** Sent by the debug adapter for a configuration with `"console": "terminal"`. */
const SERIAL_EVENT = 'unikernel.serial';

export class SerialTerminals implements vscode.Disposable {
  readonly #terminals = new Map<string, SerialTerminal>();
  readonly #disposables: vscode.Disposable[] = [];

  register(): vscode.Disposable {
    this.#disposables.push(
      vscode.debug.onDidStartDebugSession((session) => {
        if (hasTerminal(session)) this.#open(session).show();
      }),
      vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
        if (event !== SERIAL_EVENT || !hasTerminal(session)) return;
        this.#open(session).write(String((body as { text?: unknown }).text ?? ''));
      }),
      vscode.debug.onDidTerminateDebugSession((session) =>
        this.#terminals.get(keyOf(session))?.leave(session),
      ),
    );
    return this;
  }

  dispose(): void {
    vscode.Disposable.from(...this.#disposables, ...this.#terminals.values()).dispose();
  }

  /** A session goes on in the terminal of the last one of its name, unless that one still runs. */
  #open(session: vscode.DebugSession): SerialTerminal {
    const key = keyOf(session);
    const known = this.#terminals.get(key);
    if (known?.serves(session)) return known;
    const made = new SerialTerminal(session.name, () => {
      if (this.#terminals.get(key) === made) this.#terminals.delete(key);
    });
    made.serves(session);
    this.#terminals.set(key, made);
    return made;
  }
}

class SerialTerminal implements vscode.Pseudoterminal, vscode.Disposable {
  readonly #written = new vscode.EventEmitter<string>();
  readonly #terminal: vscode.Terminal;
  #text = new TerminalText();
  #session: vscode.DebugSession | undefined;
  /** What comes before the editor has made the terminal. */
  #early: string[] | undefined = [];
  readonly onDidWrite = this.#written.event;

  constructor(
    name: string,
    private readonly closed: () => void,
  ) {
    this.#terminal = vscode.window.createTerminal({
      name,
      pty: this,
      iconPath: new vscode.ThemeIcon('debug-console'),
    });
  }

  /** Takes a session that is its own already, or the next one; false while another one runs. */
  serves(session: vscode.DebugSession): boolean {
    if (this.#session === undefined) this.#text = new TerminalText();
    this.#session ??= session;
    return this.#session.id === session.id;
  }

  show(): void {
    // The editor keeps the keyboard.
    this.#terminal.show(true);
  }

  write(text: string): void {
    if (this.#early === undefined) this.#put(text);
    else this.#early.push(text);
  }

  /** The session ended; what it said stays to be read. */
  leave(session: vscode.DebugSession): void {
    if (this.#session?.id !== session.id) return;
    this.#session = undefined;
    this.#written.fire('\x1b[0m\r\n\x1b[2m[The unikernel has ended.]\x1b[0m\r\n\r\n');
  }

  open(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const text of early) this.#put(text);
  }

  close(): void {
    this.closed();
    this.#written.dispose();
  }

  handleInput(data: string): void {
    // Nobody listens any more when it ends just then.
    this.#session?.customRequest('unikernel/serialInput', { data }).then(undefined, () => undefined);
  }

  dispose(): void {
    this.#terminal.dispose();
  }

  #put(text: string): void {
    this.#written.fire(this.#text.convert(text));
    // The adapter sends no more than it hears was shown.
    this.#session
      ?.customRequest('unikernel/serialShown', { characters: text.length })
      .then(undefined, () => undefined);
  }
}

function hasTerminal({ type, configuration }: vscode.DebugSession): boolean {
  return type === DEBUG_TYPE && configuration.console === 'terminal';
}

/** A compound launch has several sessions of different names, each with its terminal. */
function keyOf({ name, workspaceFolder }: vscode.DebugSession): string {
  return `${workspaceFolder?.uri.toString() ?? ''} ${name}`;
}
