// Marks the tokens of an answer in its editor, each class with its own line style and colour. Marks are
// updated when the document changes, at most every 100 ms, and only if its text is the run's.
import * as vscode from "vscode";
import type { AnswerRuns } from "./answerRuns.ts";
import { OUTPUT_SCHEME, type COLOURS } from "../host/catalogue.ts";
import type { Notifier } from "../host/notify.ts";
import { changeSetting, configurationOf } from "../settings/config.ts";
import { EditorText } from "./editorText.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import type { CommittedClass, TokenSpans } from "./tokenSpans.ts";

type Colour = (typeof COLOURS)[number];

/** Matches the panel's stream: webview/run/stream/token.css. */
const LOOKS = {
  accepted: underlined("laser.accepted", "2px solid"),
  relaxed: { ...underlined("laser.relaxed", "1.5px wavy"), ...ruled("laser.relaxed") },
  correction: {
    border: "1px solid",
    borderColor: new vscode.ThemeColor("laser.correction" satisfies Colour),
    borderRadius: "2px",
    ...ruled("laser.correction"),
  },
  bonus: underlined("laser.bonus", "1px double"),
  plain: underlined("laser.plain", "1px dotted"),
} as const satisfies Readonly<Record<CommittedClass, vscode.DecorationRenderOptions>>;
type Marks = ReadonlyMap<CommittedClass, vscode.Range[]>;
const NO_MARKS: Marks = new Map();
const CLASSES = Object.keys(LOOKS) as readonly CommittedClass[];

export class AnswerMarks implements Disposable {
  private readonly store = new DisposableStore();
  private readonly types: ReadonlyMap<CommittedClass, vscode.TextEditorDecorationType>;

  constructor(private readonly runs: AnswerRuns) {
    const type = (name: CommittedClass): vscode.TextEditorDecorationType =>
      this.store.add(
        vscode.window.createTextEditorDecorationType({
          ...LOOKS[name],
          // Text inserted after a token is not part of it.
          rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        }),
      );
    this.types = new Map(CLASSES.map((name) => [name, type(name)]));
    this.store.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.scheme === OUTPUT_SCHEME) this.markAll((editor) => editor.document === document);
      }),
    );
    this.store.add(
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.markAll();
      }),
    );
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("laser.output.decorations")) this.markAll();
      }),
    );
    this.markAll();
  }

  dispose(): void {
    this.store.dispose();
  }

  private markAll(isChosen: (editor: vscode.TextEditor) => boolean = () => true): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.scheme === OUTPUT_SCHEME && isChosen(editor)) void this.mark(editor);
    }
  }

  private async mark(editor: vscode.TextEditor): Promise<void> {
    const { uri } = editor.document;
    const found = areMarksOn() ? (this.runs.knownRun(uri) ?? (await this.runs.find(uri))) : null;
    // No await from here on: the text that is checked must be the text that is marked.
    const spans = areMarksOn() ? (found?.spans ?? null) : null;
    const marks = spans === null ? NO_MARKS : marksOf(editor.document, spans);
    for (const [name, type] of this.types) editor.setDecorations(type, marks.get(name) ?? []);
  }
}

function areMarksOn(): boolean {
  return configurationOf().get<unknown>("output.decorations") !== false;
}

/** Toggles the marks in the scope in which the setting is set. */
export async function toggleMarks(notifier: Notifier): Promise<void> {
  await changeSetting(notifier, "output.decorations", !areMarksOn());
}

/** The spans that lie completely in a document, by class; none if its text is not the run's. */
function marksOf(document: vscode.TextDocument, spans: TokenSpans): Marks {
  const text = new EditorText(spans.text);
  if (!text.begins(document.getText())) return NO_MARKS;
  const marks = new Map<CommittedClass, vscode.Range[]>();
  const end = document.lineAt(document.lineCount - 1).range.end;
  const places = text.placesOf(spans.spans.flatMap((span) => [span.start, span.end]));
  spans.spans.forEach(({ tokenClass }, at) => {
    const [from, to] = [places[2 * at]!, places[2 * at + 1]!];
    const range = new vscode.Range(from.line, from.character, to.line, to.character);
    if (range.end.isAfter(end)) return;
    const others = marks.get(tokenClass);
    if (others === undefined) marks.set(tokenClass, [range]);
    else others.push(range);
  });
  return marks;
}

/** Uses the theme colour's CSS variable: a text decoration is plain CSS and takes no ThemeColor. */
function underlined(colour: Colour, line: string): vscode.DecorationRenderOptions {
  return { textDecoration: `underline ${line} var(--vscode-${colour.replaceAll(".", "-")})` };
}

/** Also shown in the overview ruler, so that these tokens are easy to find. */
function ruled(colour: Colour): vscode.DecorationRenderOptions {
  return {
    overviewRulerColor: new vscode.ThemeColor(colour),
    overviewRulerLane: vscode.OverviewRulerLane.Right,
  };
}
