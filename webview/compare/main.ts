// Entry point of the compare page: connects the editor's host to the page and reports that the page is ready.
import "../page/translations.ts";
import { ToCompareSchema, type FromCompare } from "../../extension/shared/compare.ts";
import { LaserCompare } from "./compareApp.ts";
import { editorHost, onMessage } from "../page/host.ts";

const host = editorHost<FromCompare>();
const compare = new LaserCompare(host);
document.body.append(compare);
onMessage(ToCompareSchema, (message) => {
  compare.take(message);
});
host.post({ kind: "ready" });
