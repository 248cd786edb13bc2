// Entry of the table of a batch run: reports when the page is ready.
import "../page/translations.ts";
import { ToRunTableSchema, type FromRunTable } from "../../extension/shared/runTable.ts";
import { editorHost, onMessage } from "../page/host.ts";
import { LaserTable } from "./tableApp.ts";

const host = editorHost<FromRunTable>();
const table = new LaserTable(host);
document.body.append(table);
onMessage(ToRunTableSchema, (message) => {
  table.take(message);
});
host.post({ kind: "ready" });
