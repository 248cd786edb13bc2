// Publishes the problems of .prompty documents, checked a moment after the last keystroke.
import { DiagnosticSeverity, type Diagnostic } from "vscode-languageserver/node";
import { fileURLToPath } from "node:url";
import { parsePrompty } from "../../core/prompts/index.ts";
import { readBeside } from "../files/prompts/index.ts";

export interface CheckedDocument {
  readonly uri: string;
  readonly version: number;
  readonly languageId: string;
  getText(): string;
}

export interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: Diagnostic[];
}

const LANGUAGE = "prompty";

export class DiagnosticsPublisher {
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly open = new Set<string>();

  constructor(
    private readonly debounceMs: number,
    private readonly publish: (published: Published) => void,
  ) {}

  /** To be called when a document was opened or changed. `document` may change further until it is checked. */
  changed(document: CheckedDocument): void {
    const { uri, languageId } = document;
    if (languageId !== LANGUAGE) return;
    clearTimeout(this.waiting.get(uri));
    const check = (): void => {
      this.waiting.delete(uri);
      this.publish({ uri, version: document.version, diagnostics: diagnosticsOf(document.getText(), uri) });
    };
    if (this.open.has(uri)) this.waiting.set(uri, setTimeout(check, this.debounceMs));
    else {
      this.open.add(uri);
      check();
    }
  }

  closed({ uri }: CheckedDocument): void {
    clearTimeout(this.waiting.get(uri));
    this.waiting.delete(uri);
    if (this.open.delete(uri)) this.publish({ uri, diagnostics: [] });
  }
}

/**
 * All problems of a document's text, with zero-based ranges.
 * @param uri of the document: the files that a prompt names are read from beside a file, not beside unsaved text
 */
export function diagnosticsOf(text: string, uri: string): Diagnostic[] {
  const readFile = uri.startsWith("file:") ? readBeside(fileURLToPath(uri)) : null;
  return parsePrompty(text, readFile).problems.map(
    ({ severity, code, message, nextStep, range: { start, end } }) => ({
      severity: severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
      code,
      source: "LASER",
      message: nextStep === null ? message : `${message} ${nextStep}`,
      range: {
        start: { line: start.line, character: start.character },
        end: { line: end.line, character: end.character },
      },
    }),
  );
}
