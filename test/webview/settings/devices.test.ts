// Devices in the settings editor: choices that can't work on this machine are marked, with the reason and what helps.
import assert from "node:assert/strict";
import { test } from "vitest";
import type { EngineFacts } from "../../../extension/shared/engineFacts.ts";
import { changes, field, settingsOpener } from "../../support/webview/settingsEditorPage.ts";
import { ONE_FOLDER, settingsOf } from "../../support/webview/settingsMessages.ts";

const opened = settingsOpener();
const FACTS: EngineFacts = {
  unusable: { cuda: "CUDA is not installed.", metal: "Metal does not exist on this platform." },
  devices: [{ name: "Vulkan0", description: "A card" }],
  canInstall: true,
};

test("back ends that can't be used are marked with the reason, and support can be installed", async (context) => {
  const set = { "laser.gpu": { user: "cuda" }, "laser.device": { user: "CUDA0" } };
  const editor = await opened(context, settingsOf(set, ONE_FOLDER), { kind: "engine", facts: FACTS });
  const gpu = field(editor, "gpu");
  const options = await gpu.locator("vscode-option").allTextContents();
  assert.deepEqual(
    options.map((text) => text.trim()),
    ["auto", "off", "vulkan", "cuda (not usable here)", "metal (not usable here)"],
  );
  // The selected one warns; the others only say why.
  assert.equal(await gpu.getByRole("status").innerText(), "CUDA is not installed.");
  assert.deepEqual(await gpu.getByRole("listitem").allInnerTexts(), [
    "metal Metal does not exist on this platform.",
  ]);
  assert.equal(
    await field(editor, "device").getByRole("status").innerText(),
    "There is no CUDA0 on this machine. Found: Vulkan0.",
  );
  await gpu.getByRole("button", { name: "Install GPU support" }).click();
  assert.deepEqual(await changes(editor), [{ kind: "installGpuSupport" }]);

  await editor.send({ kind: "engine", facts: { unusable: {}, devices: [], canInstall: false } });
  await gpu.getByRole("button", { name: "Install GPU support" }).waitFor({ state: "detached" });
  assert.equal(await gpu.getByRole("status").count(), 0);
});
