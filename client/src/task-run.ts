/** Runs a task to its end. */
import * as vscode from 'vscode';

/** The exit code of the task's process; undefined when the user ended it or it did not start. */
export async function runTask(task: vscode.Task): Promise<number | undefined> {
  // Collected from before the start on: a clean is over in a moment.
  const ended = new Map<vscode.TaskExecution, number | undefined>();
  const changed = new vscode.EventEmitter<void>();
  const end = (execution: vscode.TaskExecution, code?: number) => {
    if (ended.has(execution)) return;
    ended.set(execution, code);
    changed.fire();
  };
  const subscriptions = vscode.Disposable.from(
    changed,
    vscode.tasks.onDidEndTaskProcess((event) => end(event.execution, event.exitCode)),
    vscode.tasks.onDidEndTask((event) => end(event.execution)),
  );
  try {
    const execution = await vscode.tasks.executeTask(task);
    await new Promise<void>((resolve) => {
      const check = () => ended.has(execution) && resolve();
      changed.event(check);
      check();
    });
    return ended.get(execution);
  } finally {
    subscriptions.dispose();
  }
}
