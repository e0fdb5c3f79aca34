/** What a task of type `unikernel` means as arguments of the `unikernel` command. */
export const TASK_COMMANDS = ['build', 'run', 'clean'] as const;
export type TaskCommand = (typeof TASK_COMMANDS)[number];

export interface TaskRequest {
  readonly command: TaskCommand;
  /** Absolute path of the manifest, which therefore is no option. */
  readonly manifest: string;
  /** A target's name or `platform/architecture`; the manifest's first one unless told. */
  readonly target?: string | undefined;
  readonly compiler?: string | undefined;
  readonly qemuPath?: string | undefined;
}

/** The options that each command takes, with the field that fills them. */
const OPTIONS: Readonly<
  Record<TaskCommand, readonly (readonly [option: string, field: 'target' | 'compiler' | 'qemuPath'])[]>
> = {
  build: [
    ['--target', 'target'],
    ['--compiler', 'compiler'],
  ],
  run: [
    ['--target', 'target'],
    ['--compiler', 'compiler'],
    ['--qemu', 'qemuPath'],
  ],
  clean: [],
};

/** One argument each: nothing here passes through a shell. */
export function taskArguments(request: TaskRequest): string[] {
  const options = OPTIONS[request.command].flatMap(([option, field]) => {
    const value = request[field];
    // As one argument, so that a value which begins with `-` stays a value.
    return value ? [`${option}=${value}`] : [];
  });
  // What follows `--` would be the application's.
  return [request.command, request.manifest, ...options];
}

export function isTaskCommand(value: unknown): value is TaskCommand {
  return TASK_COMMANDS.some((command) => command === value);
}
