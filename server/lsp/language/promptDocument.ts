// A prompt document as the language features see it: its text, what the one parser made of it, and positions.
import { fileURLToPath } from "node:url";
import type { Position, Range } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { keyTree, readPrompt, type KeyNode, type ReadPrompt } from "../../../core/prompts/index.ts";
import { readBeside } from "../../files/prompts/index.ts";

interface Span {
  readonly start: number;
  readonly end: number;
}

export class PromptDocument {
  readonly text: string;
  readonly prompt: ReadPrompt;
  private tree: readonly KeyNode[] | null = null;

  constructor(private readonly document: TextDocument) {
    this.text = document.getText();
    const { uri } = document;
    this.prompt = readPrompt(this.text, uri.startsWith("file:") ? readBeside(fileURLToPath(uri)) : null);
  }

  get uri(): string {
    return this.document.uri;
  }

  /** The keys of the front matter. */
  get keys(): readonly KeyNode[] {
    return (this.tree ??= keyTree(this.prompt));
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
    const found = new PromptDocument(document);
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
