// Entry point of the settings editor: connects the editor's host to the page and reports that the page is
// ready.
import "../page/translations.ts";
import { ToSettingsEditorSchema, type FromSettingsEditor } from "../../extension/shared/settingsEditor.ts";
import { registerControls } from "./controls.ts";
import { editorHost, onMessage } from "../page/host.ts";
import { LaserSettings } from "./settingsApp.ts";

registerControls();
const host = editorHost<FromSettingsEditor>();
const editor = new LaserSettings(host);
document.body.append(editor);
onMessage(ToSettingsEditorSchema, (message) => {
  editor.take(message);
});
host.post({ kind: "ready" });
