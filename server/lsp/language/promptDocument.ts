// A prompt document as the language features see it: its text, what the one parser made of it, and positions.
import { fileURLToPath } from "node:url";
import type { Position, Range } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import {
  declarationsOf,
  keyTree,
  readPrompt,
  type DeclaredAt,
  type KeyNode,
  type ReadPrompt,
  type Span,
} from "../../../core/prompts/index.ts";
import { readBeside } from "../../files/prompts/index.ts";

export class PromptDocument {
  readonly text: string;
  readonly prompt: ReadPrompt;
  private tree: readonly KeyNode[] | null = null;
  private declared: readonly DeclaredAt[] | null = null;

  /** @param before the same document before an edit: what the edit leaves as it is isn't read again */
  constructor(
    private readonly document: TextDocument,
    before: PromptDocument | null = null,
  ) {
    this.text = document.getText();
    const { uri } = document;
    const readFile = uri.startsWith("file:") ? readBeside(fileURLToPath(uri)) : null;
    this.prompt = readPrompt(this.text, readFile, before?.prompt ?? null);
    if (before === null || before.prompt.document !== this.prompt.document) return;
    this.tree = before.tree;
    this.declared = before.declared;
  }

  get uri(): string {
    return this.document.uri;
  }

  /** The keys of the front matter. */
  get keys(): readonly KeyNode[] {
    return (this.tree ??= keyTree(this.prompt));
  }

  /** The places in the front matter that declare a variable. */
  get declarations(): readonly DeclaredAt[] {
    return (this.declared ??= declarationsOf(this.keys));
  }

  offsetAt(position: Position): number {
    return this.document.offsetAt(position);
  }

  positionAt(offset: number): Position {
    return this.document.positionAt(offset);
  }

  rangeOf({ start, end }: Span): Range {
    return { start: this.positionAt(start), end: this.positionAt(end) };
  }

  /** Whether the place is in the front matter. */
  isInFrontMatter(offset: number): boolean {
    const { yaml } = this.prompt;
    return yaml !== null && offset >= yaml.start && offset <= yaml.end;
  }
}

/** Documents are read once per version, however many features ask. */
export class PromptDocuments {
  private readonly read = new Map<string, { readonly version: number; readonly document: PromptDocument }>();

  of(document: TextDocument): PromptDocument {
    const known = this.read.get(document.uri);
    if (known?.version === document.version) return known.document;
    const found = new PromptDocument(document, known?.document);
    this.read.set(document.uri, { version: document.version, document: found });
    return found;
  }

  /** A file that a prompt names may have changed on disk: nothing read before it counts. */
  forget(uri: string): void {
    this.read.delete(uri);
  }
}

/** The key at a path, e.g. ["laser", "group"]; null if it isn't there. */
export function keyAtPath(nodes: readonly KeyNode[], path: readonly string[]): KeyNode | null {
  let below = nodes;
  let found: KeyNode | null = null;
  for (const key of path) {
    found = below.find((node) => node.key === key) ?? null;
    if (found === null) return null;
    below = found.children;
  }
  return found;
}
