// The panel's page in each of its states, for checks of all of them.
import type { Page } from "playwright-core";
import type { ToPanel } from "../../../extension/shared/panel.ts";
import type { Trace } from "../../../core/trace/index.ts";
import type { WebviewPage } from "./page.ts";
import { messagesOf, panelRun, READY, snapshotOf } from "./panelRuns.ts";

/** Drafts of every verdict, steps of every kind. */
export const MIXED = panelRun(16, 60);

export const hydrated = (trace: Trace): ToPanel => ({
  kind: "snapshot",
  status: READY,
  run: snapshotOf(trace),
});

export const ERROR = {
  code: "modelFileMissing",
  message: "There is no model at m.gguf.",
  nextStep: "Choose a model.",
};
export const OTHER_ERROR = { ...ERROR, code: "workerDied", message: "The worker ended." };

export const marksButton = (page: Page) => page.getByRole("button", { name: "Marks" });
export const stepsButton = (page: Page) => page.getByRole("button", { name: /^Steps/ });

export const PANEL_STATES: readonly {
  readonly name: string;
  readonly messages: readonly ToPanel[];
  readonly act?: (panel: WebviewPage) => Promise<void>;
}[] = [
  { name: "empty", messages: [{ kind: "snapshot", status: READY, run: null }] },
  {
    name: "running",
    messages: [
      ...messagesOf(MIXED).slice(0, -1),
      {
        kind: "event",
        runId: "run-1",
        event: { kind: "progress", message: "Reading the prompt", share: 0.4 },
      },
    ],
  },
  { name: "populated with ghosts", messages: [hydrated(MIXED.trace)] },
  {
    name: "open card, steps and filter",
    messages: [hydrated(MIXED.trace)],
    act: async ({ page }) => {
      await marksButton(page).click();
      await page.locator(".legend [data-class=relaxed]").click();
      await stepsButton(page).click();
      await page.locator(".chip.rejected").first().click();
    },
  },
  {
    name: "a short card, the marks in words",
    messages: [hydrated(MIXED.trace)],
    act: async ({ page }) => {
      await marksButton(page).click();
      await page.locator(".stream .token.relaxed").first().click();
      await page.getByRole("button", { name: "Details" }).click();
    },
  },
  {
    name: "errors",
    messages: [
      {
        kind: "snapshot",
        status: { state: "down", stats: null, error: ERROR },
        run: { ...MIXED.snapshot, ended: { finish: "failed", tracePath: null, error: OTHER_ERROR } },
      },
    ],
  },
];
