// The pages of the product, each filled with all that it can show at once, for checks that hold for every page.
import type { TestContext } from "vitest";
import type { ToPanel } from "../../../extension/shared/panel.ts";
import type { ToTraceEditor } from "../../../extension/shared/traceEditor.ts";
import { serialiseTrace, type Trace } from "../../../core/trace/index.ts";
import { sweepMessage, tracesMessage } from "./comparePages.ts";
import { MODEL_PAGE } from "./modelPages.ts";
import type { PageOpener } from "./fileBench.ts";
import type { PageName, WebviewPage } from "./page.ts";
import { receivedRun, messagesOf, panelRun, READY } from "./panelRuns.ts";
import { runMessage } from "./runTablePage.ts";
import { treeRun } from "../trace/treeTraces.ts";
import { NO_PLAIN } from "./traceEditorPage.ts";
import { REAL } from "../trace/recordedTrace.ts";
import { TRACE, VALUES } from "./settingsEditorPage.ts";
import { settingsOf, TWO_FOLDERS } from "./settingsMessages.ts";

const MIXED = panelRun(16, 60);
const TREES = receivedRun(await treeRun(3, { nodes: 31, steps: 14 }));

export const PANES = ["step", "figures", "whatIf", "about"] as const;

/** One state of a page, with what is opened by hand once its messages have arrived. */
export interface PopulatedPage {
  readonly name: string;
  readonly page: PageName;
  readonly messages: readonly object[];
  readonly open: (webview: WebviewPage) => Promise<void>;
  /** It has only a button or two. */
  readonly isBare?: true;
}

export const POPULATED_PAGES: readonly PopulatedPage[] = [
  {
    name: "the side panel during a run",
    page: "panel",
    messages: messagesOf(MIXED).slice(0, -1) satisfies readonly ToPanel[],
    open: async ({ page }) => {
      await page.locator(".stream .token.rejected").first().click();
      await page.getByRole("button", { name: /^Steps/ }).click();
    },
  },
  {
    name: "the side panel before a run",
    page: "panel",
    messages: [{ kind: "snapshot", status: READY, run: null }] satisfies readonly ToPanel[],
    open: () => Promise.resolve(),
    isBare: true,
  },
  ...PANES.map((pane) => ({
    name: `the trace editor, pane ${pane}`,
    page: "trace" as const,
    // Seeded probabilities have more digits than anybody sets: they would not fit into a field.
    messages: [traceMessage(pane === "whatIf" ? REAL : MIXED.trace), NO_PLAIN],
    open: async ({ page }: WebviewPage) => {
      await page.locator("#filter").fill("@verdict:ghost|kept");
      await page.getByRole("button", { name: "How to filter" }).click();
      await page.locator(`#tab-${pane}`).click();
      if (pane === "figures")
        for (const button of await page.getByRole("button", { name: /^(Definition|Table):/ }).all())
          await button.click();
      await page.getByRole("button", { name: "Keys", exact: true }).click();
    },
  })),
  {
    name: "the trace editor, a tree with its branches unfolded",
    page: "trace",
    messages: [traceMessage(TREES.trace), NO_PLAIN],
    open: async ({ page }) => {
      await page.locator("#filter").fill("@verdict:ghost");
      await page.locator(".stream .folded").first().click();
      await page.locator(".stream .branches .token").first().click();
      await page.locator("#tab-step").click();
    },
  },
  {
    name: "the compare page",
    page: "compare",
    messages: [tracesMessage(REAL, MIXED.trace)],
    open: async ({ page }) => {
      await page.getByRole("checkbox", { name: "Drafts not kept" }).click();
      await page.getByRole("button", { name: "All figures" }).click();
      await page.getByText("What the marks mean").click();
      await page.locator(".row .token").first().click();
      await page.getByRole("button", { name: "Details" }).click();
    },
  },
  {
    name: "the compare page with settings on several prompts",
    page: "compare",
    messages: [sweepMessage()],
    open: async ({ page }) => {
      await page.getByRole("button", { name: "All figures" }).click();
    },
  },
  {
    name: "the table of a batch run",
    page: "table",
    messages: [runMessage(60)],
    open: async ({ page }) => {
      await page.locator("#run-row-1").click();
    },
  },
  {
    name: "the model page",
    page: "model",
    messages: MODEL_PAGE,
    open: async ({ page }) => {
      await page.getByText("Chat template", { exact: true }).last().click();
      await page.getByText("What the figures mean").click();
      for (const button of await page.getByRole("button", { name: /^(Definition|Table):/ }).all())
        await button.click();
    },
  },
  {
    name: "the settings editor",
    page: "settings",
    messages: [
      settingsOf(VALUES, TWO_FOLDERS),
      { kind: "trace", trace: TRACE, name: null, names: [], titles: [] },
    ],
    open: async ({ page }) => {
      await page.locator('[data-key="laser.relaxed.topK"] input[type=number]').fill("0");
    },
  },
];

export function traceMessage(trace: Trace): ToTraceEditor {
  const bytes = new TextEncoder().encode(serialiseTrace(trace));
  return { kind: "trace", file: { name: "film-laser.lasertrace", bytes } };
}

export async function populated(
  bench: PageOpener,
  context: Pick<TestContext, "onTestFinished">,
  { page, messages, open }: PopulatedPage,
  size = { width: 1200, height: 860 },
): Promise<WebviewPage> {
  const webview = await bench.page(page, size);
  context.onTestFinished(() => webview.close());
  await webview.send(...messages);
  await open(webview);
  return webview;
}
