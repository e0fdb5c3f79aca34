/** GDB/MI's grammar (GDB's manual, "GDB/MI Output Syntax"), as far as gdb-js reads it: what it cannot read ends it. */

const HEAD = /^\d*(?:\^(?:done|running|connected|error|exit)|[*+=][a-z_-]+)(?=,|$)/;
const NAME = /[a-z_-]+=?/y;
const TEXT = /"(?:[^"\\]|\\(?:["\\bfnrt]|[0-7]{3}))*"/y;

/** Fields of notifications that gdb-js takes for granted. */
const NEEDED: readonly (readonly [record: RegExp, field: RegExp])[] = [
  [/^\d*=thread-(?:created|exited)\b/, /,id="[^,]*",group-id="/],
  [/^\d*=thread-group-(?:started|exited)\b/, /,id="/],
];

/** Whether gdb-js understands a line; one that begins as no record of MI's does is the target's own text. */
export function isReadable(line: string): boolean {
  if (/^[~@&]/.test(line)) return endOfText(line, 1) === line.length;
  if (!/^\d*[\^*+=]/.test(line)) return true;
  if (NEEDED.some(([record, field]) => record.test(line) && !field.test(line))) return false;
  const head = HEAD.exec(line);
  return head !== null && endOfResults(line, head[0].length) === line.length;
}

/** Behind `,name=value,name=value…`, which may be empty; -1 where that is broken. */
function endOfResults(line: string, start: number): number {
  let at = start;
  while (line[at] === ',') {
    at = endOfResult(line, at + 1);
    if (at < 0) return -1;
  }
  return at;
}

/** A list's values have no names, and some results of older releases neither. */
function endOfResult(line: string, at: number): number {
  NAME.lastIndex = at;
  return endOfValue(line, NAME.test(line) ? NAME.lastIndex : at);
}

function endOfValue(line: string, at: number): number {
  const opening = line[at];
  if (opening === '"') return endOfText(line, at);
  if (opening !== '{' && opening !== '[') return -1;
  const closing = opening === '{' ? '}' : ']';
  if (line[at + 1] === closing) return at + 2;
  const first = endOfResult(line, at + 1);
  const end = first < 0 ? -1 : endOfResults(line, first);
  return end >= 0 && line[end] === closing ? end + 1 : -1;
}

function endOfText(line: string, at: number): number {
  TEXT.lastIndex = at;
  return TEXT.test(line) ? TEXT.lastIndex : -1;
}
