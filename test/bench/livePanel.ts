// npm run bench:live -- [--rounds 5] [--steps 2000] [--rate 200] [--nodes 63]
// What the side panel costs during a run: its page receives steps at a steady rate, as from the extension, in
// Chromium. Steps of one token each are the most there can be at that rate; with --nodes, each has a tree of this many
// drafted tokens. The machine is named.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import type { CDPSession } from "playwright-core";
import type { ToPanel } from "../../extension/shared/panel.ts";
import type { Trace } from "../../core/trace/index.ts";
import { treeRun } from "../support/trace/treeTraces.ts";
import { longTrace } from "../support/trace/longTrace.ts";
import { READY, RUNNING, snapshotOf } from "../support/webview/panelRuns.ts";
import { WebviewBench } from "../support/webview/page.ts";
import { spread } from "./spread.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    steps: { type: "string", default: "2000" },
    rate: { type: "string", default: "200" },
    nodes: { type: "string", default: "0" },
  },
});
const rounds = Number(values.rounds);
const steps = Number(values.steps);
const rate = Number(values.rate);
/** What is measured on its own, so that a cost that grows with the answer shows. */
const PARTS = 4;

/** Chromium's own counts since the page was loaded, in ms. */
interface Spent {
  readonly scriptMs: number;
  readonly styleMs: number;
  readonly layoutMs: number;
  readonly allMs: number;
}

const nodes = Number(values.nodes);
const trace = nodes === 0 ? longTrace(5, steps) : (await treeRun(3, { nodes, steps })).trace;
const messages = messagesOfTrace(trace);
const bytes = messages.map((message) => JSON.stringify(message).length);
const parts = Array.from({ length: PARTS }, (): Spent[] => []);
const longTasksMs: number[] = [];
const lateMs: number[] = [];
let elements = 0;
const bench = await WebviewBench.open();
for (let round = 0; round < rounds; round++) {
  const panel = await bench.page("panel", { width: 320, height: 900 });
  const session = await panel.page.context().newCDPSession(panel.page);
  await session.send("Performance.enable");
  await panel.send({ kind: "snapshot", status: READY, run: null }, { kind: "started", runId: "run-1" });
  await panel.send({ kind: "status", status: RUNNING }, messages[0]!);
  await panel.page.evaluate(watchLongTasks);
  const size = Math.ceil(steps / PARTS);
  for (let part = 0; part < PARTS; part++) {
    const some = messages.slice(1 + part * size, 1 + (part + 1) * size);
    const before = await spentBy(session);
    lateMs.push(await panel.page.evaluate(tellAtRate, { messages: some, rate }));
    const after = await spentBy(session);
    parts[part]!.push(perStep(before, after, some.length));
  }
  longTasksMs.push(...(await panel.page.evaluate(takeLongTasks)));
  elements = await panel.page.evaluate(() => document.querySelectorAll("*").length);
  await panel.close();
}
await bench.close();

print(`${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}, ${rounds} rounds`);
print(
  `${steps} steps at ${rate} per second; one message per step, ${spread(bytes.slice(1), 0)} characters; ` +
    `${elements} elements at the end`,
);
parts.forEach((spent, part) => {
  const figure = (of: (one: Spent) => number): string => spread(spent.map(of), 2);
  print(
    `part ${part + 1} of ${PARTS}: scripting ${figure((one) => one.scriptMs)}, style ` +
      `${figure((one) => one.styleMs)}, layout ${figure((one) => one.layoutMs)}, all of the page's thread ${figure((one) => one.allMs)} ms per step`,
  );
});
print(`the last message of a part came ${spread(lateMs, 0)} ms late`);
print(`tasks over 50 ms: ${longTasksMs.length}, longest ${Math.max(0, ...longTasksMs).toFixed(0)} ms`);

/** One message per step after the one that begins the run. */
function messagesOfTrace(trace: Trace): ToPanel[] {
  const { header, tokens, pieces } = snapshotOf(trace);
  if (header === null) throw new Error("a trace without a header");
  const runId = "run-1";
  return [
    { kind: "event", runId, event: { kind: "begin", header, tokens } },
    ...trace.steps.map((step, i): ToPanel => {
      return {
        kind: "event",
        runId,
        event: { kind: "step", step, pieces: pieces[i]!, tokens: {}, entries: {} },
      };
    }),
  ];
}

async function spentBy(session: CDPSession): Promise<Spent> {
  const { metrics } = await session.send("Performance.getMetrics");
  const ms = (name: string): number => 1000 * (metrics.find((metric) => metric.name === name)?.value ?? NaN);
  return {
    scriptMs: ms("ScriptDuration"),
    styleMs: ms("RecalcStyleDuration"),
    layoutMs: ms("LayoutDuration"),
    allMs: ms("TaskDuration"),
  };
}

function perStep(before: Spent, after: Spent, count: number): Spent {
  return {
    scriptMs: (after.scriptMs - before.scriptMs) / count,
    styleMs: (after.styleMs - before.styleMs) / count,
    layoutMs: (after.layoutMs - before.layoutMs) / count,
    allMs: (after.allMs - before.allMs) / count,
  };
}

/** Runs in the page: posts the messages at a rate; how late the last one was posted, in ms. */
async function tellAtRate(given: {
  readonly messages: readonly object[];
  readonly rate: number;
}): Promise<number> {
  const begun = performance.now();
  const due = (index: number): number => begun + (1000 * index) / given.rate;
  for (let index = 0; index < given.messages.length;) {
    while (index < given.messages.length && performance.now() >= due(index))
      window.postMessage(given.messages[index++], "*");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return performance.now() - due(given.messages.length - 1);
}

/** Runs in the page. */
function watchLongTasks(): void {
  const tasksMs: number[] = [];
  Object.assign(window, { longTasksMs: tasksMs });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasksMs.push(duration);
  }).observe({ type: "longtask" });
}

/** Runs in the page. */
function takeLongTasks(): number[] {
  return (window as unknown as { readonly longTasksMs: number[] }).longTasksMs;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
