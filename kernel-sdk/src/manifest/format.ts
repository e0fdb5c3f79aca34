/** The layout of a Kraftfile: two blanks for a level, one behind a colon; comments, values and order stay as written. */
import { type Document, isMap, parseAllDocuments, visit } from 'yaml';
import { UNREADABLE } from './codes';
import { parseManifest } from './parse';

/** The text laid out; undefined where it cannot be read, is no single map, or would say something else then. */
export function formatManifest(text: string): string | undefined {
  if (parseManifest(text).problems.some(({ code }) => UNREADABLE.has(code))) return undefined;
  try {
    const isCrLf = text.includes('\r\n');
    const formatted = laidOut(text.replace(/\r\n/g, '\n'));
    return isCrLf ? formatted?.replace(/\n/g, '\r\n') : formatted;
  } catch {
    // An alias of nothing, for instance, which the package can read and not write.
    return undefined;
  }
}

function laidOut(text: string): string | undefined {
  const document = read(text);
  if (document === undefined) return undefined;
  const formatted = document.toString({
    indent: 2,
    // Lists that all stand under their key stay there; where some stand behind it, all do.
    indentSeq: !/^- /m.test(text) || /^ +- /m.test(text),
    flowCollectionPadding: false,
    lineWidth: 0,
  });
  const again = read(formatted);
  if (again === undefined || said(again) !== said(document) || comments(formatted) !== comments(text)) {
    return undefined;
  }
  // An empty value in braces would lose its blank, without which not every reader sees a key.
  return /:[}\],]/.test(formatted) && !/:[}\],]/.test(text) ? undefined : formatted;
}

/** Whatever looks like one: what looks alike inside of a text is the same on both sides. */
function comments(text: string): string {
  return (text.match(/(?:^|\s)#.*/gm) ?? []).map((comment) => comment.trim()).join('\n');
}

/** All values are texts here: a number that is read as one is written in another spelling. */
function read(text: string): Document | undefined {
  const documents = parseAllDocuments(text, { schema: 'failsafe', uniqueKeys: false, logLevel: 'silent' });
  const [only] = documents;
  return documents.length === 1 && only !== undefined && isMap(only.contents) ? only : undefined;
}

/** Every value as it is spelt, with its quotes and its place among the others. */
function said(document: Document): string {
  const words: unknown[] = [];
  visit(document, {
    Map: (_, { flow, items, anchor, tag }) => void words.push(['map', flow, items.length, anchor, tag]),
    Seq: (_, { flow, items, anchor, tag }) => void words.push(['list', flow, items.length, anchor, tag]),
    Scalar: (_, { value, type, anchor, tag }) => void words.push([value, type, anchor, tag]),
    Alias: (_, { source }) => void words.push(['alias', source]),
  });
  return JSON.stringify(words);
}
