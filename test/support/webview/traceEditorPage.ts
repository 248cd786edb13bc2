// The trace editor's page with a trace open in it: what tests of that page start from.
import type { TestContext } from "vitest";
import type { ToTraceEditor } from "../../../extension/shared/traceEditor.ts";
import type { PageOpener } from "./fileBench.ts";
import type { WebviewPage } from "./page.ts";
import { panelRun } from "./panelRuns.ts";

/** A seeded run with every kind of verdict. */
export const MIXED = panelRun(16, 60).trace;

/** The size in pixels of a window with room for both columns. */
export const WIDE = { width: 1200, height: 860 };

export const fileMessage = (text: string, name = "film-laser.lasertrace"): ToTraceEditor => ({
  kind: "trace",
  file: { name, bytes: new TextEncoder().encode(text) },
});

/** No plain run of the trace's prompt is kept. */
export const NO_PLAIN: ToTraceEditor = { kind: "plain", file: null };

/** The page with this trace and no plain run beside it, closed when the test ends. */
export async function openedTrace(
  bench: PageOpener,
  context: TestContext,
  text: string,
  size = WIDE,
): Promise<WebviewPage> {
  const editor = await bench.page("trace", size);
  context.onTestFinished(() => editor.close());
  await editor.send(fileMessage(text), NO_PLAIN);
  return editor;
}
