// `npm run bench:language`: how long the built language server takes for completion and diagnostics on a prompt file of 2,000
// lines, and how much processor time the work itself takes, which a busy machine doesn't lengthen. `--rounds N` changes the
// number of rounds.
import assert from "node:assert/strict";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import type { TestContext } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { CompletionItem } from "vscode-languageserver/node";
import { completion } from "../../server/lsp/language/completion.ts";
import { PromptDocuments } from "../../server/lsp/language/promptDocument.ts";
import { diagnosticsIn } from "../../server/lsp/diagnostics.ts";
import { readyServer, type ServerClient } from "../support/process/serverClient.ts";

const { values } = parseArgs({ options: { rounds: { type: "string" } } });
const ROUNDS = Number(values.rounds ?? 300);
const LINES = 2_000;
const URI = "untitled:long.prompty";

/** 2,000 lines as prompts have them: a front matter with 100 values, then sections with variables and blocks. */
function longPrompt(): string {
  const yaml = Array.from({ length: 100 }, (_, at) => `  value_${at}: "a value, number ${at}"`);
  const head = ["---", "name: long", "laser:", "  strategy: laser", "sample:", ...yaml, "---"];
  const body: string[] = [];
  for (let at = 0; head.length + body.length < LINES; at++) {
    const name = `value_${at % 100}`;
    if (at % 40 === 0) body.push(at % 80 === 0 ? "user:" : "assistant:");
    else if (at % 7 === 0) body.push(`{% if ${name} %}{{ ${name} | upper }}{% endif %}`);
    else body.push(`What would a reader think of {{ ${name} }}, and why not?`);
  }
  body.splice(-2, 2, "user:", "And {{ value_1 }}?");
  return `${[...head, ...body.slice(0, LINES - head.length)].join("\n")}\n`;
}

const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;

function report(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const [p50, p95, most] = [quantile(sorted, 0.5), quantile(sorted, 0.95), sorted.at(-1) ?? NaN];
  console.info(`${what}: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, most ${most.toFixed(1)} ms`);
}

async function latency(): Promise<void> {
  const ends: (() => unknown)[] = [];
  const context = { onTestFinished: (end: () => unknown) => ends.push(end) } as unknown as TestContext;
  // The delay before a keystroke is checked is not work of the server.
  const server = await readyServer(context, { options: { limits: { debounceMs: 0 } } });
  const text = longPrompt();
  const lines = text.split("\n");
  const line = lines.length - 2;
  await server.connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri: URI, languageId: "prompty", version: 0, text },
  });
  await published(server, 0);
  const diagnostics: number[] = [];
  const completions: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    // A letter is written, or taken out again, in the last line; then a name in a piece is completed.
    const edit = round % 2 === 1 ? { end: 4, text: "x" } : { end: 5, text: "" };
    const range = { start: { line, character: 4 }, end: { line, character: edit.end } };
    const begun = performance.now();
    void server.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: URI, version: round },
      contentChanges: [{ range, text: edit.text }],
    });
    if (round % 4 < 2) {
      await published(server, round);
      diagnostics.push(performance.now() - begun);
    } else {
      const position = { line, character: edit.text === "" ? 8 : 9 };
      const found = await server.connection.sendRequest<CompletionItem[]>("textDocument/completion", {
        ...{ textDocument: { uri: URI }, position },
      });
      completions.push(performance.now() - begun);
      assert.ok(found.length >= 100, `${found.length} completions`);
      await published(server, round);
    }
  }
  console.info(
    `${lines.length - 1} lines, ${text.length} characters; from a keystroke to the answer, over stdio`,
  );
  report(`diagnostics (${diagnostics.length} rounds)`, diagnostics);
  report(`completion (${completions.length} rounds)`, completions);
  await server.shutdown();
  for (const end of ends) await end();
}

/** Processor time of one keystroke's work, all threads of this process together. */
async function work(where: string, text: string, line: number): Promise<void> {
  const documents = new PromptDocuments();
  const features = { laserOnly: false };
  const nothing = { groups: () => Promise.resolve([]), models: () => Promise.resolve([]) };
  const position = { line, character: 9 };
  let document = TextDocument.create(URI, "prompty", 0, text);
  const times: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const edit = round % 2 === 1 ? { end: 4, text: "x" } : { end: 5, text: "" };
    const range = { start: { line, character: 4 }, end: { line, character: edit.end } };
    const begun = process.cpuUsage();
    document = TextDocument.update(document, [{ range, text: edit.text }], round);
    const prompt = documents.of(document);
    diagnosticsIn(prompt, features);
    await completion(prompt, position, features, nothing);
    const { user, system } = process.cpuUsage(begun);
    // The first rounds compile the program.
    if (round > ROUNDS / 10) times.push((user + system) / 1000);
  }
  report(`processor time of both, an edit ${where} (${times.length} rounds)`, times);
}

function published(server: ServerClient, version: number): Promise<true> {
  return server.until((received) =>
    received.kind === "diagnostics" && received.published.version === version ? true : null,
  );
}

const load = loadavg()[0]!.toFixed(1);
console.info(
  `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, load ${load}, Node ${process.version}`,
);
await latency();
const prompt = longPrompt();
await work("at the end", prompt, prompt.split("\n").length - 2);
await work("in the front matter", prompt, 50);
