// The report as a file in a browser: it asks for nothing, hostile text stays text, its policy holds against a script that
// tries to get out, and it takes the reader's colours. The built page is opened in it as well.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, test, type TestContext } from "vitest";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { REPORT_NOTE, REPORT_TRACE_ID, reportHtml, type ReportParts } from "../../core/inspect/index.ts";
import { serialiseTrace, type Trace } from "../../core/trace/index.ts";
import { repositoryFolder, temporaryFolder } from "../support/check.ts";
import { contributedColours } from "../support/webview/contributedColours.ts";
import { axe, openBrowser, openContext } from "../support/webview/page.ts";
import { overflowProblems } from "../support/webview/overflowChecks.ts";
import { THEMES } from "../support/webview/themes.ts";
import { randomTrace } from "../support/trace/randomTraces.ts";
import { PANES } from "../../webview/trace/traceState.ts";
import { patient } from "../support/patience.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
});

interface Opened {
  readonly page: Page;
  /** Addresses that would have been sent for, but the report's own. */
  readonly requests: readonly string[];
  /** Errors of scripts and what the browser complains of, broken policies among them. */
  readonly complaints: readonly string[];
}

/** Writes a report and opens it from disk; every request but that for the file is recorded and refused. */
async function open(
  context: TestContext,
  parts: Partial<ReportParts>,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const file = path.join(temporaryFolder(context), "report.html");
  writeFileSync(file, reportHtml({ ...PARTS, ...parts }));
  const own = pathToFileURL(file).href;
  const browsing = await openContext(browser, { viewport: { width: 1000, height: 700 }, ...options });
  context.onTestFinished(() => browsing.close());
  const [requests, complaints]: [string[], string[]] = [[], []];
  const page = await browsing.newPage();
  // What the policy refuses never comes here: it is refused before anything is sent.
  await page.route(
    (url) => url.href !== own,
    async (route) => {
      requests.push(route.request().url());
      await route.abort();
    },
  );
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(own, { waitUntil: "domcontentloaded" });
  return { page, requests, complaints };
}

const hash = (text: string): string => createHash("sha256").update(text).digest("base64");
const HOSTILE = '</script><script>document.title="broken out"</script><!--<script>';
const TRACE = hostileTrace();
const PARTS: ReportParts = {
  title: `Report ${HOSTILE}`,
  script: `const { textContent } = document.getElementById("${REPORT_TRACE_ID}");
const place = document.createElement("pre");
place.id = "shown";
place.textContent = JSON.parse(textContent).tokens[2];
document.body.append(place);`,
  style: "pre { margin: 16px; color: var(--vscode-laser-relaxed); }",
  traceText: serialiseTrace(TRACE),
  plainTraceText: null,
  note: REPORT_NOTE,
  hash,
};

function hostileTrace(): Trace {
  const trace = randomTrace(3);
  return { ...trace, tokens: { ...trace.tokens, "2": HOSTILE } };
}

test("hostile text remains text, the note is shown, and nothing is requested", async (context) => {
  const { page, requests, complaints } = await open(context, {});
  assert.equal(await page.locator("#shown").textContent(), HOSTILE);
  assert.equal(await page.title(), PARTS.title);
  assert.equal(await page.locator("script").count(), 2);
  assert.ok(await page.getByText("Treat it as you would treat them").isVisible());
  const data = await page.locator(`#${REPORT_TRACE_ID}`).textContent();
  assert.deepEqual(JSON.parse(data ?? ""), JSON.parse(PARTS.traceText));
  assert.deepEqual(requests, []);
  assert.deepEqual(complaints, []);
});

test("a script that contains tags runs completely, a changed one does not run", async (context) => {
  const script = `globalThis.found = ["</script>", "<script", \`</Script\`, /<\\/script/.test("</script>")].join("|");`;
  const { page, complaints } = await open(context, { script });
  const found = await page.evaluate(() => (globalThis as unknown as { found: string }).found);
  assert.equal(found, "</script>|<script|</Script|true");
  assert.deepEqual(complaints, []);
  const changed = await open(context, { hash: (text) => hash(`${text} `) });
  assert.equal(await changed.page.locator("#shown").count(), 0);
  assert.match(changed.complaints.join("\n"), /Content Security Policy/);
});

test("a script that tries to get out reaches nobody", async (context) => {
  const element = (name: string, properties: string): string =>
    `document.body.append(Object.assign(document.createElement("${name}"), { ${properties} }))`;
  const ways = [
    `fetch("https://example.org/a").catch(() => {})`,
    `navigator.sendBeacon("https://example.org/b", "x")`,
    `new WebSocket("wss://example.org/c")`,
    `new Image().src = "https://example.org/d.png"`,
    element("script", `src: "https://example.org/e.js"`),
    element("script", `textContent: "document.title = 'in'"`),
    element("iframe", `src: "https://example.org/f"`),
    element("link", `rel: "stylesheet", href: "https://example.org/g.css"`),
    `eval("document.title = 'in'")`,
  ];
  const script = [
    "globalThis.broken = [];",
    "document.addEventListener('securitypolicyviolation', (event) => { broken.push(event.effectiveDirective); });",
    ...ways.map((way) => `try { ${way}; } catch {}`),
  ].join("\n");
  const { page, requests } = await open(context, { script });
  const directives = [
    "connect-src",
    "frame-src",
    "img-src",
    "script-src",
    "script-src-elem",
    "style-src-elem",
  ];
  await page.waitForFunction((wanted) => {
    const { broken } = globalThis as unknown as { broken: readonly string[] };
    return wanted.every((directive) => broken.includes(directive));
  }, directives);
  assert.equal(await page.title(), PARTS.title);
  assert.deepEqual(requests, []);
});

test("without its policy the same would have been seen", async (context) => {
  const script = `const image = new Image();
image.onerror = () => { document.title = "refused"; };
image.src = "https://example.org/d.png";`;
  const { page, requests } = await open(context, { script }, { bypassCSP: true });
  await page.waitForFunction(() => document.title === "refused");
  assert.deepEqual(requests, ["https://example.org/d.png"]);
});

test("colours are the reader's: light, dark, or those that the system forces", async (context) => {
  const colours = async (options: BrowserContextOptions): Promise<string[]> => {
    const { page } = await open(context, {}, options);
    return page.evaluate(() => [
      getComputedStyle(document.documentElement).backgroundColor,
      getComputedStyle(document.documentElement).getPropertyValue("--vscode-laser-relaxed").toLowerCase(),
      getComputedStyle(document.documentElement).getPropertyValue("--vscode-foreground").toLowerCase(),
    ]);
  };
  const expected = (kind: "light" | "dark"): string[] => [
    kind === "light" ? "rgb(255, 255, 255)" : "rgb(31, 31, 31)",
    contributedColours(kind)["laser-relaxed"]!.toLowerCase(),
    THEMES[kind].foreground!,
  ];
  assert.deepEqual(await colours({ colorScheme: "light" }), expected("light"));
  assert.deepEqual(await colours({ colorScheme: "dark" }), expected("dark"));
  const contrast = contributedColours("high-contrast")["laser-relaxed"]!.toLowerCase();
  const forced = await colours({ colorScheme: "dark", forcedColors: "active" });
  assert.deepEqual(forced.slice(1), [contrast, "canvastext"]);
});

/** The built page of the trace editor as embedded in reports. */
function builtPage(): Partial<ReportParts> {
  const built = (file: string): string =>
    readFileSync(path.join(repositoryFolder, "dist", "webview", file), "utf8");
  return { title: "Report", script: built("trace.js"), style: built("trace.css") };
}

test("the built page shows the trace from disk", async (context) => {
  const { page, requests, complaints } = await open(context, builtPage());
  await page
    .locator("laser-trace")
    .getByText(/EDL/)
    .first()
    .waitFor({ timeout: patient(10_000) });
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  for (const pane of PANES) {
    await page.locator(`#tab-${pane}`).click();
    const belowPx = await page.evaluate(() => {
      const { scrollHeight, clientHeight } = document.scrollingElement!;
      return scrollHeight - clientHeight;
    });
    assert.equal(belowPx, 0, `note and columns fill the window: ${pane}`);
    assert.deepEqual(await overflowProblems(page), [], pane);
  }
  assert.deepEqual(complaints, []);
  assert.deepEqual(requests, []);
});

test("a report opens at the rule that was asked for", async (context) => {
  const guards = { endOfText: true, maxConsecutiveRelaxed: null, maxNatsGivenUp: null };
  const rule = { kind: "relaxed", topK: 7, minProbability: 0.03 } as const;
  const { page } = await open(context, { ...builtPage(), whatIf: { rule, guards } });
  assert.equal(await page.locator("#tab-whatIf").getAttribute("aria-selected"), "true");
  const fields = await page
    .locator(".what-if-controls input[type=number]")
    .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
  assert.deepEqual(fields, ["7", "0.03", "", ""]);
});

test("axe finds nothing in a report, in either scheme and with forced colours", async (context) => {
  const { page } = await open(context, builtPage(), { colorScheme: "dark" });
  for (const pane of PANES) {
    await page.locator(`#tab-${pane}`).click();
    await page.emulateMedia({ colorScheme: "dark", forcedColors: "none" });
    // What is beside the pane looks the same with each.
    const part = pane === "step" ? "html" : "[role=tabpanel]";
    assert.deepEqual(await axe(page, "all", part), [], pane);
    for (const media of [{ colorScheme: "light" }, { forcedColors: "active" }] as const) {
      await page.emulateMedia(media);
      assert.deepEqual(await axe(page, "colours", part), [], `${pane}, ${JSON.stringify(media)}`);
    }
  }
});

test("a report offers nothing that needs an editor", async (context) => {
  const { page, complaints } = await open(context, builtPage());
  const offered = async (): Promise<string[]> => {
    const names = await page.locator("button").allInnerTexts();
    return names.filter((name) => /measure|compare|export|copy|open as|run again|apply|continue/i.test(name));
  };
  for (const pane of PANES) {
    await page.locator(`#tab-${pane}`).click();
    assert.deepEqual(await offered(), [], pane);
  }
  await page.locator("#tab-figures").click();
  const figure = page.locator('[data-figure="speed-up"]');
  assert.match(await figure.innerText(), /measure a plain run in the editor and export the report again/);
  await page.keyboard.press("c");
  await page.keyboard.press("?");
  const keys = await page.locator(".keys").innerText();
  assert.match(keys, /In the report/);
  assert.match(keys, /next match of the filter/);
  assert.doesNotMatch(keys, /copy|trace editor/i);
  assert.equal(await page.locator("laser-trace > [role=status]").innerText(), "");
  assert.deepEqual(complaints, []);
});
