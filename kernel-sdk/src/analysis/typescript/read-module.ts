/** From TypeScript text to its {@link TypeScriptModule}. The only file that knows ts-morph, which takes long to load. */
import { type FunctionDeclaration, type Node, Project, type SourceFile, SyntaxKind } from 'ts-morph';
import type { Position, Range } from '../../problem';
import type { ForeignFunction, Import, TypeScriptModule, Written } from './model';

const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true });

/** Never throws on a text that is wrong: what can be read of it counts. */
export function readModule(text: string): TypeScriptModule {
  const file = project.createSourceFile('/module.ts', text, { overwrite: true });
  try {
    return new Reader(file).read();
  } finally {
    project.removeSourceFile(file);
  }
}

/** Comments that speak to tools. */
const DIRECTIVE = /^\/[/*]+\s*(?:@ts-|biome-|eslint|prettier-|#region|tslint)/;

class Reader {
  constructor(private readonly file: SourceFile) {}

  read(): TypeScriptModule {
    const { file } = this;
    const functions = file.getDescendantsOfKind(SyntaxKind.FunctionDeclaration);
    const exported = file.getExportDeclarations();
    return {
      functions: functions.flatMap((declaration) => this.#foreign(declaration)),
      imports: [...file.getImportDeclarations(), ...exported].flatMap((declaration): Import[] => {
        const from = declaration.getFirstChildByKind(SyntaxKind.StringLiteral);
        if (from === undefined || declaration.isTypeOnly()) return [];
        const names =
          declaration.getKind() === SyntaxKind.ImportDeclaration
            ? declaration.getDescendantsOfKind(SyntaxKind.ImportSpecifier)
            : declaration.getDescendantsOfKind(SyntaxKind.ExportSpecifier);
        return [
          {
            from: this.#inside(from),
            names: names.map((specifier) => this.#written(specifier.getNameNode())),
          },
        ];
      }),
      aliases: Object.fromEntries(
        file
          .getTypeAliases()
          .filter((alias) => alias.getTypeParameters().length === 0)
          .map((alias) => [alias.getName(), alias.getTypeNode()?.getText() ?? '']),
      ),
      exports: [
        ...file
          .getStatements()
          .flatMap((statement) => namesOf(statement))
          .filter((name) => name !== ''),
        ...exported.flatMap((declaration) =>
          declaration.getNamedExports().map((one) => one.getAliasNode()?.getText() ?? one.getName()),
        ),
      ],
      isOpen: exported.some((declaration) => declaration.isNamespaceExport()),
      end: this.#position(file.getFullText().length),
    };
  }

  #foreign(declaration: FunctionDeclaration): ForeignFunction[] {
    const name = declaration.getNameNode();
    const open = declaration.getFirstChildByKind(SyntaxKind.OpenParenToken);
    const close = declaration.getFirstChildByKind(SyntaxKind.CloseParenToken);
    if (!declaration.hasDeclareKeyword() && !declaration.isAmbient()) return [];
    if (declaration.getBody() !== undefined || !name || !open || !close) return [];
    const [first, second] = externalArguments(declaration).map((argument) => this.#inside(argument));
    const returns = declaration.getReturnTypeNode();
    const element = second ?? first;
    return [
      {
        name: this.#written(name),
        ...(second !== undefined && first !== undefined ? { module: first } : {}),
        ...(element === undefined ? {} : { element }),
        parameters: declaration.getParameters().map((parameter) => {
          const type = parameter.getTypeNode();
          return {
            name: this.#written(parameter.getNameNode()),
            ...(type === undefined ? {} : { type: this.#written(type) }),
          };
        }),
        ...(returns === undefined ? {} : { returns: this.#written(returns) }),
        signature: this.#range(open.getStart(), (returns ?? close).getEnd()),
        start: this.#position(this.#startOf(declaration)),
        isDocumented: declaration
          .getLeadingCommentRanges()
          .some(
            (comment) => this.#isBeside(comment.getEnd(), declaration) && !DIRECTIVE.test(comment.getText()),
          ),
      },
    ];
  }

  /** With the comments for tools that stand right before it. */
  #startOf(declaration: FunctionDeclaration): number {
    const before = declaration
      .getLeadingCommentRanges()
      .filter(
        (comment) => DIRECTIVE.test(comment.getText()) && this.#isBeside(comment.getEnd(), declaration),
      );
    return before[0]?.getPos() ?? declaration.getStart();
  }

  /** No empty line between a comment and its declaration: it is not about the whole file. */
  #isBeside(end: number, declaration: FunctionDeclaration): boolean {
    return !/\n[ \t\r]*\n/.test(this.file.getFullText().slice(end, declaration.getStart()));
  }

  #written(node: Node): Written {
    return { text: node.getText(), range: this.#range(node.getStart(), node.getEnd()) };
  }

  /** A text without its quotes. */
  #inside(node: Node): Written {
    return {
      text: node.getText().slice(1, -1),
      range: this.#range(node.getStart() + 1, Math.max(node.getStart() + 1, node.getEnd() - 1)),
    };
  }

  #range(from: number, to: number): Range {
    return { start: this.#position(from), end: this.#position(to) };
  }

  #position(offset: number): Position {
    const { line, column } = this.file.getLineAndColumnAtPos(offset);
    return { line: line - 1, character: column - 1 };
  }
}

/** The texts in `@external(…)`. */
function externalArguments(declaration: FunctionDeclaration): readonly Node[] {
  const decorators = declaration.getModifiers().flatMap((one) => one.asKind(SyntaxKind.Decorator) ?? []);
  const external = decorators.find((decorator) => decorator.getName() === 'external');
  return (external?.getArguments() ?? []).filter(
    (argument) => argument.getKind() === SyntaxKind.StringLiteral,
  );
}

/** What a statement exports. */
function namesOf(statement: Node): string[] {
  const declares = [
    SyntaxKind.FunctionDeclaration,
    SyntaxKind.ClassDeclaration,
    SyntaxKind.EnumDeclaration,
    SyntaxKind.InterfaceDeclaration,
    SyntaxKind.TypeAliasDeclaration,
    SyntaxKind.ModuleDeclaration,
  ] as const;
  for (const kind of declares) {
    const declaration = statement.asKind(kind);
    if (declaration?.hasExportKeyword()) return [declaration.getName() ?? ''];
  }
  const variables = statement.asKind(SyntaxKind.VariableStatement);
  if (!variables?.hasExportKeyword()) return [];
  return variables.getDeclarations().map((one) => one.getName());
}
