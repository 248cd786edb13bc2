// Builds the page with the figures and the timeline for the tests that look at it. It must not know what they look for.
import path from "node:path";
import { build } from "esbuild";
import type { Trace } from "../../server/trace/index.ts";
import { repositoryFolder } from "./check.ts";
import type { FixturePage } from "./page.ts";

/** @param folder where script and style sheet are written, absolute */
export async function buildChartsPage(folder: string): Promise<FixturePage> {
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

/** As if the plain run had written the same text, one token a step of 20 ms. */
export function plainOf(trace: Trace): Trace {
  const step = { ...trace.steps[0]!, draft: [], verdicts: [], draftMs: 0, verifyMs: 20, otherMs: 0 };
  return { ...trace, steps: trace.result.tokens.map((_, index) => ({ ...step, index })) };
}
