/** The layout of a Kraftfile: two blanks for a level, one behind a colon; comments, quotes and order stay. */
import { type Document, parseDocument } from 'yaml';
import { parseManifest } from './parse';

const UNREADABLE: ReadonlySet<string> = new Set(['invalid-yaml', 'too-large']);

/** The text laid out; undefined where it cannot be read, or would say something else then. */
export function formatManifest(text: string): string | undefined {
  if (parseManifest(text).problems.some(({ code }) => UNREADABLE.has(code))) return undefined;
  try {
    return laidOut(text);
  } catch {
    // An alias of nothing, for instance, which the package can read and not write.
    return undefined;
  }
}

function laidOut(text: string): string | undefined {
  const document = read(text);
  const formatted = document.toString({
    indent: 2,
    // Lists stand under their key as they do in the text: both ways are common.
    indentSeq: !/^(\S.*:|\S.*: *#.*)\n(?:[ \t]*(?:#.*)?\n)*- /m.test(text),
    flowCollectionPadding: false,
    lineWidth: 0,
  });
  return meaning(read(formatted)) === meaning(document) ? formatted : undefined;
}

function read(text: string): Document {
  return parseDocument(text.replace(/\r\n/g, '\n'), {
    uniqueKeys: false,
    version: '1.2',
    logLevel: 'silent',
  });
}

function meaning(document: Document): string {
  return JSON.stringify(document.toJS());
}
