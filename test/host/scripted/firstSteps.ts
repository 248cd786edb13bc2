// A new user opens the walkthrough: the editor has read none before, and a model is set already.
import { test } from "vitest";
import type { Editor } from "../../support/host/editor.ts";

export function firstStepsFlow(editorOnShow: () => Editor): void {
  test("Get Started opens our walkthrough the first time, with the model ticked", async () => {
    const { page } = editorOnShow();
    await editorOnShow().runCommand("LASER: Get Started");
    const step = (id: string) =>
      page.locator(`[data-done-step-id="laser-inspector.laser-inspector#start#${id}"]:visible`);
    await step("model").and(page.locator('[aria-checked="true"]')).waitFor();
    await step("sample").and(page.locator('[aria-checked="false"]')).waitFor();
  });
}
