// The page with the figures and the timeline, built and opened for the tests that look at it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, type TestContext } from "vitest";
import { build } from "esbuild";
import type { Trace } from "../../../core/trace/index.ts";
import type { ToCharts } from "../../webview/fixtures/chartsPage.ts";
import { repositoryFolder } from "../check.ts";
import { fileBench } from "./fileBench.ts";
import type { FixturePage, WebviewPage } from "./page.ts";
import { randomTrace } from "../trace/randomTraces.ts";

const NO_DRAFT = { draft: [], verdicts: [], path: [] };

/** Drafts of every verdict, relaxed accepts in several steps. */
export const MIXED = randomTrace(25, 60);

export const WITH_PLAIN: ToCharts = { kind: "show", trace: MIXED, plain: plainOf(MIXED) };

/** Opens the page with what it is sent first. */
export type OpenCharts = (
  context: TestContext,
  messages: ToCharts | readonly ToCharts[],
  size?: { width: number; height: number },
) => Promise<WebviewPage>;

/** To be called where the tests of a file are declared: the page is built before the first of them. */
export function chartsBench(): OpenCharts {
  const folder = mkdtempSync(path.join(tmpdir(), "laser-charts-"));
  let fixture: FixturePage;
  const bench = fileBench(async () => (fixture = await buildChartsPage(folder)));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  return async (context, messages, size = { width: 900, height: 800 }) => {
    const page = await bench.fixture(fixture, size);
    context.onTestFinished(() => page.close());
    await page.send(...[messages].flat());
    return page;
  };
}

/** @param folder where script and style sheet are written, absolute */
async function buildChartsPage(folder: string): Promise<FixturePage> {
  const source = path.join(repositoryFolder, "test", "webview", "fixtures");
  await build({
    entryPoints: { charts: path.join(source, "chartsPage.ts") },
    bundle: true,
    platform: "browser",
    format: "esm",
    target: "es2022",
    outdir: folder,
    logLevel: "warning",
  });
  await build({
    entryPoints: { charts: path.join(source, "charts.css") },
    bundle: true,
    target: "chrome120",
    outdir: folder,
    logLevel: "warning",
  });
  return { name: "charts", root: "laser-charts-page", folder };
}

/** As if the plain run had written the same text, one token per step of 20 ms. */
export function plainOf(trace: Trace): Trace {
  const step = { ...trace.steps[0]!, ...NO_DRAFT, draftMs: 0, verifyMs: 20, otherMs: 0 };
  return { ...trace, steps: trace.result.tokens.map((_, index) => ({ ...step, index })) };
}
