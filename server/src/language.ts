/** What the server can do for one language. A language leaves out what makes no sense for it. */
import type { Workspace } from '@unikernel-tools/kernel-sdk/project';
import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hover,
  InlayHint,
  Location,
  Position,
  Range,
  SelectionRange,
  TextEdit,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';

/** An open document that an editor asks about. */
export interface Request {
  readonly document: TextDocument;
  /** Absolute; of a document that is no file, what its URI says. */
  readonly path: string;
  readonly workspace: Workspace;
}

export interface PositionRequest extends Request {
  readonly position: Position;
}

type Answer<T> = T | Promise<T>;

/** Something that files of several languages name. */
export interface Entity {
  /** `option`: a Kconfig symbol, its name without `CONFIG_`. `library`: as registered, `libukalloc`. */
  readonly kind: 'option' | 'library' | 'function' | 'header' | 'parameter' | 'macro';
  readonly name: string;
}

/** A place where an entity is named: its bare name, without prefix or quotes, so that renaming replaces it. */
export interface Occurrence {
  readonly range: Range;
  readonly role: 'definition' | 'declaration' | 'reference';
  /** The file has what it names for itself: others mean something else by the name. */
  readonly isLocal?: boolean;
  /** Others than the project's sources count on the name. */
  readonly isSystemCall?: boolean;
}

/** A stretch of one line with what it is, for semantic colours. */
export interface SemanticToken {
  readonly line: number;
  readonly character: number;
  /** In UTF-16 code units. */
  readonly length: number;
  readonly type: SemanticTokenType;
}

/** Standard types of LSP, in the order of the legend. */
export const SEMANTIC_TOKEN_TYPES = [
  'keyword',
  'property',
  'variable',
  'enumMember',
  'string',
  'number',
  'operator',
  'function',
  'macro',
  'comment',
  'namespace',
  'type',
] as const;
export type SemanticTokenType = (typeof SEMANTIC_TOKEN_TYPES)[number];

export interface Language {
  /** The editor's identifiers of its documents. */
  readonly ids: readonly string[];
  readonly completion?: (request: PositionRequest) => Answer<readonly CompletionItem[]>;
  readonly hover?: (request: PositionRequest) => Answer<Hover | undefined>;
  readonly symbols?: (request: Request) => Answer<readonly DocumentSymbol[]>;
  readonly folding?: (request: Request) => Answer<readonly FoldingRange[]>;
  readonly selection?: (request: PositionRequest) => Answer<SelectionRange | undefined>;
  /** Edits that make the text as it should look; comments stay. None for a text that cannot be read. */
  readonly formatting?: (request: Request) => Answer<readonly TextEdit[]>;
  /** In the order of the text. */
  readonly semanticTokens?: (request: Request) => Answer<readonly SemanticToken[]>;
  readonly links?: (request: Request) => Answer<readonly DocumentLink[]>;
  /** Changes that are no fixes of problems, such as a migration. */
  readonly refactorings?: (request: Request, range: Range) => Answer<readonly CodeAction[]>;
  readonly lenses?: (request: Request) => Answer<readonly CodeLens[]>;
  readonly hints?: (request: Request, range: Range) => Answer<readonly InlayHint[]>;
  /** Where what stands at a position is defined, where that is more exact than all files' definitions of its name. */
  readonly definition?: (request: PositionRequest) => Answer<readonly Location[]>;
  /** What the text at a position names. */
  readonly entityAt?: (
    request: PositionRequest,
  ) => Answer<{ readonly entity: Entity; readonly range: Range } | undefined>;
  /** Where a file of this language, open or not, names an entity. */
  readonly occurrences?: (
    file: { readonly path: string; readonly text: string; readonly workspace: Workspace },
    entity: Entity,
  ) => Answer<readonly Occurrence[]>;
}
