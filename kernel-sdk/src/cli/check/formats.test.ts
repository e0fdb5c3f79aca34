import { describe, expect, it } from 'vitest';
import { CODES } from '../../analysis';
import { githubOf } from './github';
import { jsonOf } from './json';
import type { Report } from './report';
import { sarifOf } from './sarif';
import { summaryOf, textOf } from './text';

const range = (line: number, from: number, to: number, endLine = line) => ({
  start: { line, character: from },
  end: { line: endLine, character: to },
});

const REPORT: Report = {
  folder: '/home/a project',
  files: 3,
  problems: [
    {
      file: '/home/a project/Kraft,file: 100%',
      code: 'unknown-key',
      severity: 'error',
      message: "No '{x}', 50%:\r\n  mend it.",
      range: range(4, 2, 7),
      fixes: [
        {
          title: 'Mend both',
          changes: [
            { range: range(4, 2, 7), newText: 'y' },
            { file: '/home/a project/lib/Config.uk', range: range(0, 0, 0), newText: 'config Y\n' },
            { file: '/home/a project/lib/Config.uk', range: range(2, 0, 0, 3), newText: '' },
          ],
        },
      ],
    },
    {
      file: '/kernel/lib/ü/Config.uk',
      code: 'of-tomorrow',
      severity: 'hint',
      message: 'Two lines.',
      range: range(0, 3, 1, 1),
    },
  ],
  unreadable: [{ path: '/home/a project/gone', message: "There is no '/home/a project/gone'." }],
};
const CLEAN: Report = { folder: '/home', files: 1, problems: [], unreadable: [] };

describe('text', () => {
  it('has one line for each problem, as compilers write them', () => {
    expect(textOf(REPORT)).toBe(
      "Kraft,file: 100%:5:3: error: No '{x}', 50%: mend it. [unknown-key]\n" +
        '/kernel/lib/ü/Config.uk:1:4: hint: Two lines. [of-tomorrow]\n',
    );
  });

  it('has colours for a terminal alone, around the same words', () => {
    const colored = textOf(REPORT, true);
    expect(colored).toContain('\u001b[1;31merror:\u001b[0m');
    const codes = ['[1;31m', '[1m', '[2m', '[0m'].map((code) => `\u001b${code}`);
    const plain = codes.reduce((text, code) => text.replaceAll(code, ''), colored);
    expect(plain).toBe(textOf(REPORT));
  });

  it('counts', () => {
    expect(summaryOf(REPORT)).toBe('1 error and 1 hint in 3 files.');
    expect(summaryOf(CLEAN)).toBe('No problems in 1 file.');
    expect(summaryOf({ ...CLEAN, files: 0 })).toMatch(/^There was nothing to check/);
  });
});

it('JSON counts lines and columns from 1, and says which file a fix changes', () => {
  const json = JSON.parse(jsonOf(REPORT));
  expect(json).toMatchObject({
    version: 1,
    files: 3,
    counts: { error: 1, warning: 0, information: 0, hint: 1 },
    unreadable: [{ path: 'gone' }],
  });
  const [first] = json.problems;
  expect(first).toMatchObject({ line: 5, column: 3, endLine: 5, endColumn: 8, severity: 'error' });
  expect(first.documentation).toMatch(/^https:.*#unknown-key$/);
  expect(first.fixes[0].changes[1]).toEqual({
    file: 'lib/Config.uk',
    line: 1,
    column: 1,
    endLine: 1,
    endColumn: 1,
    newText: 'config Y\n',
  });
});

describe('GitHub', () => {
  it('gets one command on a line for each problem, whatever is in names and messages', () => {
    expect(githubOf(REPORT).split('\n')).toEqual([
      "::error file=Kraft%2Cfile%3A 100%25,line=5,endLine=5,col=3,endColumn=8,title=unknown-key::No '{x}', 50%25:%0D%0A  mend it.",
      '::notice file=/kernel/lib/ü/Config.uk,line=1,endLine=2,title=of-tomorrow::Two lines.',
      "::error::There is no '/home/a project/gone'.",
      '',
    ]);
    expect(githubOf(CLEAN)).toBe('');
  });
});

describe('SARIF', () => {
  const sarif = JSON.parse(sarifOf(REPORT, '1.2.3'));
  const [run] = sarif.runs;
  const { driver } = run.tool;

  it('is a log of version 2.1.0 whose run succeeded only where everything was read', () => {
    expect(sarif).toMatchObject({ version: '2.1.0', $schema: expect.stringContaining('sarif-2.1.0') });
    expect(driver).toMatchObject({ name: 'unikernel', semanticVersion: '1.2.3' });
    expect(run.invocations).toMatchObject([
      { executionSuccessful: false, toolExecutionNotifications: [{ level: 'error' }] },
    ]);
    const clean = JSON.parse(sarifOf(CLEAN, '1.2.3')).runs[0];
    expect(clean).toMatchObject({ results: [], invocations: [{ executionSuccessful: true }] });
  });

  it('has a rule for every code, once, and each result points at its own', () => {
    const ids = driver.rules.map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(Object.keys(CODES)));
    expect(driver.rules[run.results[0].ruleIndex]).toMatchObject({
      id: 'unknown-key',
      shortDescription: { text: CODES['unknown-key'] },
      helpUri: expect.stringMatching(/^https:.*#unknown-key$/),
    });
    for (const { ruleId, ruleIndex } of run.results) expect(ids[ruleIndex]).toBe(ruleId);
  });

  it('counts places from 1 and writes URIs, relative to the folder where they are in it', () => {
    expect(run.columnKind).toBe('utf16CodeUnits');
    expect(run.originalUriBaseIds.SRCROOT.uri).toBe('file:///home/a%20project/');
    expect(run.results.map(({ locations }: { locations: unknown[] }) => locations[0])).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'Kraft%2Cfile%3A%20100%25', uriBaseId: 'SRCROOT' },
          region: { startLine: 5, startColumn: 3, endLine: 5, endColumn: 8 },
        },
      },
      {
        physicalLocation: {
          artifactLocation: { uri: 'file:///kernel/lib/%C3%BC/Config.uk' },
          region: { startLine: 1, startColumn: 4, endLine: 2, endColumn: 2 },
        },
      },
    ]);
  });

  it('has levels and messages of the standard, in which braces are doubled', () => {
    expect(run.results.map(({ level }: { level: string }) => level)).toEqual(['error', 'note']);
    expect(run.results[0].message.text).toContain("No '{{x}}'");
  });

  it('has the changes of a fix by file', () => {
    const [fix] = run.results[0].fixes;
    expect(fix.description.text).toBe('Mend both');
    expect(fix.artifactChanges).toEqual([
      {
        artifactLocation: expect.anything(),
        replacements: [
          {
            deletedRegion: { startLine: 5, startColumn: 3, endLine: 5, endColumn: 8 },
            insertedContent: { text: 'y' },
          },
        ],
      },
      {
        artifactLocation: { uri: 'lib/Config.uk', uriBaseId: 'SRCROOT' },
        replacements: [
          {
            deletedRegion: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
            insertedContent: { text: 'config Y\n' },
          },
          { deletedRegion: { startLine: 3, startColumn: 1, endLine: 4, endColumn: 1 } },
        ],
      },
    ]);
  });
});
