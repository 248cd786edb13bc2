// Entry of the compare page: joins the editor's host to the page and says that it is there.
import type { FromCompare, ToCompare } from "../extension/protocol/compare.ts";
import { LaserCompare } from "./compareApp.ts";
import { editorHost, onMessage } from "./host.ts";

const host = editorHost<FromCompare>();
const compare = new LaserCompare(host);
document.body.append(compare);
onMessage<ToCompare>((message) => {
  compare.take(message);
});
host.post({ kind: "ready" });
