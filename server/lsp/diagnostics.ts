// Publishes the problems of .prompty documents, checked a moment after the last keystroke.
import { DiagnosticSeverity, type Diagnostic } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { LANGUAGE, PromptDocuments, type Features, type PromptDocument } from "./language/index.ts";

export type CheckedDocument = TextDocument;

export interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: Diagnostic[];
}

export class DiagnosticsPublisher {
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly open = new Set<string>();

  constructor(
    private readonly debounceMs: number,
    private readonly publish: (published: Published) => void,
    private readonly features: Features = { laserOnly: false },
    private readonly prompts = new PromptDocuments(),
    /** Problems known only from other sources: token counts, pools. */
    private readonly seen: (document: PromptDocument) => readonly Diagnostic[] = () => [],
    /** Consults other sources, and calls `checkAgain` if that has changed something. */
    private readonly look: (document: PromptDocument, checkAgain: () => void) => void = () => undefined,
  ) {}

  /** To be called when a document was opened or changed. `document` may change further until it is checked. */
  changed(document: CheckedDocument): void {
    const { uri, languageId } = document;
    if (languageId !== LANGUAGE) return;
    clearTimeout(this.waiting.get(uri));
    const check = (): void => {
      this.waiting.delete(uri);
      this.check(document);
    };
    if (this.open.has(uri)) this.waiting.set(uri, setTimeout(check, this.debounceMs));
    else {
      this.open.add(uri);
      check();
    }
  }

  /** To be called when `seen` may give something else for an open document. */
  seenAgain(document: CheckedDocument): void {
    // A check that waits will know it.
    if (this.open.has(document.uri) && !this.waiting.has(document.uri)) this.publishFor(document);
  }

  private check(document: CheckedDocument): void {
    this.look(this.publishFor(document), () => {
      this.seenAgain(document);
    });
  }

  private publishFor(document: CheckedDocument): PromptDocument {
    const { uri, version } = document;
    const prompt = this.prompts.of(document);
    const diagnostics = [...diagnosticsIn(prompt, this.features), ...this.seen(prompt)];
    this.publish({ uri, version, diagnostics });
    return prompt;
  }

  closed({ uri }: Pick<CheckedDocument, "uri">): void {
    this.prompts.forget(uri);
    clearTimeout(this.waiting.get(uri));
    this.waiting.delete(uri);
    if (this.open.delete(uri)) this.publish({ uri, diagnostics: [] });
  }
}

/** Beside an extension that checks the file, only those of the `laser:` block. */
export function diagnosticsIn(document: PromptDocument, { laserOnly }: Features): Diagnostic[] {
  const block = laserOnly ? document.keys.find(({ key }) => key === "laser") : undefined;
  const { problems } = document.prompt.file;
  const ours = laserOnly
    ? problems.filter(
        ({ range: { start } }) =>
          block !== undefined && start.offset >= block.span.start && start.offset < block.span.end,
      )
    : problems;
  return ours.map(({ severity, code, message, nextStep, range: { start, end } }) => ({
    severity: severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    code,
    source: "LASER",
    message: nextStep === null ? message : `${message} ${nextStep}`,
    range: {
      start: { line: start.line, character: start.character },
      end: { line: end.line, character: end.character },
    },
  }));
}
