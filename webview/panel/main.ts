// Entry point of the side panel: connects the editor's host to the panel and reports that the page is ready.
import "../page/translations.ts";
import { ToPanelSchema, type FromPanel } from "../../extension/shared/panel.ts";
import { editorHost, onMessage } from "../page/host.ts";
import { LaserPanel } from "./panelApp.ts";

const host = editorHost<FromPanel>();
const panel = new LaserPanel(host);
document.body.append(panel);
onMessage(ToPanelSchema, (message) => {
  panel.take(message);
});
host.post({ kind: "ready" });
