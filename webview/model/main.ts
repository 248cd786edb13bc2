// Entry of the model page: reports when the page is ready.
import "../page/translations.ts";
import { ToModelPageSchema, type FromModelPage } from "../../extension/shared/modelPage.ts";
import { editorHost, onMessage } from "../page/host.ts";
import { LaserModel } from "./modelApp.ts";

const host = editorHost<FromModelPage>();
const model = new LaserModel(host);
document.body.append(model);
onMessage(ToModelPageSchema, (message) => {
  model.take(message);
});
host.post({ kind: "ready" });
