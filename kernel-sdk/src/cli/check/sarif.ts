/** Problems as SARIF 2.1.0, which code scanning services read. Sections named here are those of its standard. */
import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CODES, documentationOf } from '../../analysis';
import type { Fix, LocatedProblem, Range, Severity } from '../../problem';
import { pathFrom, type Report } from './report';

const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};
/** What relative URIs are relative to. */
const BASE = 'SRCROOT';

/** @param version Of this tool. */
export function sarifOf({ problems, unreadable, folder }: Report, version: string): string {
  // A code that has no meaning noted is a rule all the same: every result names one by its index.
  const codes = [...new Set([...Object.keys(CODES), ...problems.map(({ code }) => code)])];
  const driver = {
    name: 'unikernel',
    semanticVersion: version,
    informationUri: 'https://github.com/unikernel-tools/unikernel-tools',
    rules: codes.map((id) => ({
      id,
      ...(CODES[id] === undefined ? {} : { shortDescription: message(CODES[id]) }),
      helpUri: documentationOf(id),
    })),
  };
  const run = {
    tool: { driver },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { [BASE]: { uri: `${pathToFileURL(folder).href.replace(/\/$/, '')}/` } },
    invocations: [
      {
        executionSuccessful: unreadable.length === 0,
        toolExecutionNotifications: unreadable.map((path) => ({
          level: 'error',
          message: message(path.message),
        })),
      },
    ],
    results: problems.map((problem) => resultOf(problem, codes.indexOf(problem.code), folder)),
  };
  const schema = 'https://json.schemastore.org/sarif-2.1.0.json';
  return `${JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, undefined, 2)}\n`;
}

function resultOf(problem: LocatedProblem, ruleIndex: number, folder: string) {
  const { code, severity, file, range, fixes = [] } = problem;
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: message(problem.message),
    locations: [{ physicalLocation: { artifactLocation: artifact(file, folder), region: region(range) } }],
    ...(fixes.length === 0 ? {} : { fixes: fixes.map((fix) => fixOf(fix, file, folder)) }),
  };
}

/** Section 3.55: the changes of a fix stand by the files that they change. */
function fixOf({ title, changes }: Fix, file: string, folder: string) {
  const files = [...new Set(changes.map((change) => change.file ?? file))];
  return {
    description: message(title),
    artifactChanges: files.map((changed) => ({
      artifactLocation: artifact(changed, folder),
      replacements: changes
        .filter((change) => (change.file ?? file) === changed)
        .map((change) => ({
          deletedRegion: region(change.range),
          ...(change.newText === '' ? {} : { insertedContent: { text: change.newText } }),
        })),
    })),
  };
}

function artifact(file: string, folder: string) {
  const path = pathFrom(folder, file);
  if (isAbsolute(path)) return { uri: pathToFileURL(file).href };
  return { uri: path.split(sep).map(encodeURIComponent).join('/'), uriBaseId: BASE };
}

/** Section 3.30: counted from 1, the end behind the last character. */
function region({ start, end }: Range) {
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}

/** Section 3.11.5: a brace stands for an argument unless it is doubled. */
function message(text: string) {
  return { text: text.replace(/[{}]/g, '$&$&') };
}
