/** The scanner against a real grammar: where tree-sitter can read a file, both find the same calls and definitions. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { Language, type Node, Parser } from 'web-tree-sitter';
import { isMacroLike } from './names';
import { readFacts } from './read-facts';

const SDK = join(__dirname, '../../..');
const from = createRequire(__filename);
const parsers = new Map<string, Parser>();

beforeAll(async () => {
  await Parser.init();
  for (const name of ['c', 'cpp']) {
    const folder = dirname(from.resolve(`tree-sitter-${name}/package.json`));
    const parser = new Parser();
    parser.setLanguage(await Language.load(join(folder, `tree-sitter-${name}.wasm`)));
    parsers.set(name, parser);
  }
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:[ch]|cpp|hpp)$/.test(name))
    .map((name) => join(folder, name));
}

/** Calls of names in bodies, as `name/arguments@offset`. */
function callsOf(root: Node): string[] {
  return root.descendantsOfType('call_expression').flatMap((node) => {
    const name = node?.childForFieldName('function');
    const list = node?.childForFieldName('arguments');
    // What macros make is no grammar's: `NETIF_FOREACH(netif) {`.
    if (
      name?.type !== 'identifier' ||
      isMacroLike(name.text) ||
      list === null ||
      list === undefined ||
      !isInBody(node)
    )
      return [];
    const args = list.namedChildren.filter((one) => one?.type !== 'comment');
    return [`${name.text}/${args.length}@${name.startIndex}`];
  });
}

function isInBody(node: Node | null): boolean {
  for (let one = node; one !== null; one = one.parent) {
    if (one.type === 'function_definition') return true;
    if (one.type === 'preproc_def' || one.type === 'preproc_function_def') return false;
  }
  return false;
}

function definitionsOf(root: Node): string[] {
  return root.descendantsOfType('function_definition').flatMap((node) => {
    let declarator = node?.childForFieldName('declarator') ?? null;
    while (declarator !== null && declarator.type !== 'function_declarator') {
      declarator = declarator.childForFieldName('declarator');
    }
    const name = declarator?.childForFieldName('declarator');
    return name?.type === 'identifier' ? [`${name.text}@${name.startIndex}`] : [];
  });
}

it.each(['kernel', 'templates'])('finds in %s what tree-sitter finds', (name) => {
  let compared = 0;
  for (const file of filesBelow(join(SDK, name))) {
    const text = readFileSync(file, 'utf8');
    const isCpp = /pp$/.test(file);
    const tree = parsers.get(isCpp ? 'cpp' : 'c')?.parse(text) ?? null;
    if (tree === null || tree.rootNode.hasError) continue;
    const facts = readFacts(text, isCpp);
    const calls = facts.calls
      .filter(({ name: called }) => !isMacroLike(called))
      .map(({ name: called, args, start }) => `${called}/${args}@${start}`);
    const inBodies = [...facts.functions].flatMap(([defined, all]) =>
      all.filter(({ hasBody }) => hasBody).map(({ start }) => `${defined}@${start}`),
    );
    compared += calls.length;
    if (isCpp) {
      // Bodies in a class' own are left out: C++ is held against less.
      expect(callsOf(tree.rootNode), file).toEqual(expect.arrayContaining(calls));
      tree.delete();
      continue;
    }
    expect({ file, calls: calls.sort() }).toEqual({ file, calls: callsOf(tree.rootNode).sort() });
    expect({ file, inBodies: inBodies.sort() }).toEqual({
      file,
      inBodies: definitionsOf(tree.rootNode).sort(),
    });
    tree.delete();
  }
  expect(compared).toBeGreaterThan(name === 'kernel' ? 500 : 50);
});
