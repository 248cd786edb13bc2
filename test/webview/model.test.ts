// The model page: what is known and what isn't, T(n) as a table, the estimate from its start to its end, and its buttons.
import assert from "node:assert/strict";
import { afterAll, beforeAll, test } from "vitest";
import { ESTIMATE, KNOWN, MODEL_PAGE } from "../support/webview/modelPages.ts";
import { WebviewBench } from "../support/webview/page.ts";

let bench: WebviewBench;
beforeAll(async () => {
  bench = await WebviewBench.open();
});
afterAll(async () => {
  await bench.close();
});

const SIZE = { width: 1000, height: 1400 };

test("everything that is known is shown", async (context) => {
  const model = await bench.page("model", SIZE);
  context.onTestFinished(() => model.close());
  await model.send(...MODEL_PAGE);
  const { page } = model;
  const text = await page.locator("main").innerText();
  for (const says of [
    /Quantisation\s+Q4_0/,
    /refused: the driver is too old/,
    /taken by “Best available”/,
    /1\.62× as fast/,
    // As the sentence has it: figures are cut, intervals rounded outwards.
    /95 %: 1\.45 to 1\.79/,
  ])
    assert.match(text, says);
  await page.getByRole("button", { name: "Table: T(n)" }).click();
  const rows = page.getByRole("region", { name: /as a table/ }).getByRole("row");
  // 2 threads: 5.3 × 1.4 + 256 × 0.004 ms for two tokens, and 5.3 + 256 × 0.002 for one.
  assert.equal((await rows.nth(2).innerText()).replace(/\s+/g, " "), "2 8.44 ms 1.45 13.8 ms 1.43");
});

test("in a narrow column names stand above their values, which keep its width", async (context) => {
  const model = await bench.page("model", { width: 260, height: 900 });
  context.onTestFinished(() => model.close());
  await model.send(...MODEL_PAGE);
  const sizes = await model.page.locator("dl.origin > div").evaluateAll((rows) =>
    rows.map((row) => {
      const [name, value] = ["dt", "dd"].map((cell) => row.querySelector(cell)!.getBoundingClientRect());
      return { isBelow: value!.top >= name!.bottom - 1, share: value!.width / row.clientWidth };
    }),
  );
  assert.ok(sizes.length > 10);
  assert.ok(sizes.every(({ isBelow, share }) => isBelow && share > 0.95));
});

test("what isn't known is said, and an estimate is asked for, stopped and refused", async (context) => {
  const model = await bench.page("model", SIZE);
  context.onTestFinished(() => model.close());
  const { page } = model;
  const message = "There is no model.";
  await model.send({ kind: "unknown", error: { code: "modelNotFetched", message, nextStep: "Choose one." } });
  await page.getByRole("button", { name: "Choose model" }).click();
  await model.send({ kind: "known", known: { ...KNOWN, report: { ...KNOWN.report, loaded: null } } });
  assert.match(
    await page.locator("main").innerText(),
    /Not measured: T\(n\) is known once the model is loaded/,
  );
  await page.getByRole("button", { name: "Estimate speed-up" }).click();
  await model.send({ kind: "estimating", pool: "answers.jsonl" });
  await page.getByRole("button", { name: "Stop" }).click();
  const error = { code: "estimateCommandFailed", message: "Too few answers.", nextStep: "Add some." };
  await model.send({ kind: "notEstimated", error });
  assert.equal(await page.getByRole("alert").innerText(), "Too few answers.");
  await model.send({ kind: "estimated", estimate: ESTIMATE });
  await page.getByRole("button", { name: "Estimate again" }).waitFor();
  // A second one that is stopped, or fails, leaves the first where it was.
  const verdict = page.locator(".verdict");
  await model.send({ kind: "estimating", pool: "answers.jsonl" });
  assert.equal(await verdict.count(), 0);
  await model.send({ kind: "notEstimated", error: null });
  assert.equal(await verdict.innerText(), ESTIMATE.verdict);
  await model.send({ kind: "estimating", pool: "answers.jsonl" }, { kind: "notEstimated", error });
  assert.equal(await page.getByRole("alert").innerText(), "Too few answers.");
  assert.equal(await verdict.innerText(), ESTIMATE.verdict);
  // T(n) is that of the estimate from here on, until other settings choose how the model runs.
  await page.locator('[data-figure="costs"]').waitFor();
  await model.send({ kind: "known", known: KNOWN });
  assert.equal(await verdict.innerText(), ESTIMATE.verdict);
  const choice = { ...KNOWN.choice, threads: KNOWN.choice.threads + 1 };
  await model.send({ kind: "known", known: { ...KNOWN, choice } });
  assert.equal(await verdict.count(), 0);
  const commands = (await model.sent()).flatMap((sent) =>
    typeof sent === "object" && sent !== null && "command" in sent ? [sent.command] : [],
  );
  assert.deepEqual(commands, ["chooseModel", "estimate", "stopEstimate"]);
});
