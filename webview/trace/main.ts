// Entry point of the trace editor: connects the editor's host to the page and reports that the page is ready.
// In a report, which has no editor, the page itself contains the trace.
import "../page/translations.ts";
import { ToTraceEditorSchema, type FromTraceEditor } from "../../extension/shared/traceEditor.ts";
import { editorHost, hasEditor, detachedHost, onMessage } from "../page/host.ts";
import { loadTraceText } from "./loadTrace.ts";
import { LaserTrace } from "./traceApp.ts";
import { unpacking } from "./unpackTrace.ts";

/** Elements of a report that contain its traces and initial state, written by core/inspect/exports/report.ts. */
const TRACE_ID = "laser-trace-data";
const PLAIN_TRACE_ID = "laser-plain-trace-data";
const STATE_ID = "laser-state-data";

if (hasEditor()) {
  const host = editorHost<FromTraceEditor>();
  const page = new LaserTrace(host);
  document.body.append(page);
  onMessage(
    ToTraceEditorSchema,
    unpacking((message) => {
      page.take(message);
    }),
  );
  host.post({ kind: "ready" });
} else {
  const textOf = (id: string): string | null => document.getElementById(id)?.textContent ?? null;
  const page = new LaserTrace(detachedHost(JSON.parse(textOf(STATE_ID) ?? "null")), true);
  document.body.append(page);
  page.show(loadTraceText(document.title, textOf(TRACE_ID) ?? ""));
  const plain = textOf(PLAIN_TRACE_ID);
  page.showPlain(plain === null ? null : loadTraceText("plain", plain));
}
