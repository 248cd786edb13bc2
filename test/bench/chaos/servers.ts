// Kills the language server, or the worker under it, in the middle of a run: the steps that came must make a readable trace, no
// worker may outlive its server, and under a server whose worker was killed the next run must work.
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestContext } from "vitest";
import { parseTrace, serialiseTrace } from "../../../core/trace/index.ts";
import { DEFAULT_SETTINGS } from "../../../core/settings/index.ts";
import { interruptedTrace } from "../../../extension/run/interruptedTrace.ts";
import { startedRun, withEvent } from "../../../extension/run/runState.ts";
import { readyServer, type ServerClient } from "../../support/process/serverClient.ts";

/** How long a worker may take to notice that its server is gone. */
const ORPHAN_MS = 5000;
const ANSWERS = [{ text: "the cat sat on the mat ".repeat(200) }];
const GENERATE = {
  source: "cat",
  promptFile: null,
  values: {},
  settings: { ...DEFAULT_SETTINGS, maxTokens: 512 },
  poolPath: null,
};

export interface ServerKills {
  servers: number;
  workers: number;
  /** Of killed servers: traces that the editor could keep. */
  rescued: number;
}

/** Kills servers and workers alternately until the time is up. @param random 0 ≤ result < below */
export async function killServers(
  ms: number,
  random: (below: number) => number,
  failed: (what: string, error: unknown) => void,
): Promise<ServerKills> {
  const kills: ServerKills = { servers: 0, workers: 0, rescued: 0 };
  for (const end = performance.now() + ms; performance.now() < end;) {
    const finished: (() => unknown)[] = [];
    const context = {
      onTestFinished: (then: () => unknown) => finished.push(then),
    } as unknown as TestContext;
    const what = `kill ${kills.servers + kills.workers + 1} under a language server`;
    try {
      const server = await readyServer(context, { script: { answers: ANSWERS, delayMs: 1 } });
      if (kills.servers <= kills.workers) {
        kills.servers++;
        if (await killServer(server, random)) kills.rescued++;
      } else {
        kills.workers++;
        await killItsWorker(server, random);
      }
    } catch (error) {
      failed(what, error);
    } finally {
      for (const then of finished.reverse()) await then();
    }
  }
  return kills;
}

/** Whether there was a trace to rescue. */
async function killServer(server: ServerClient, random: (below: number) => number): Promise<boolean> {
  const { runId, result } = server.run({ generate: GENERATE });
  result.catch(() => undefined); // The server ends without an answer.
  await server.steps(runId, 1);
  await sleep(random(100));
  const workers = childrenOf(server.child.pid!);
  server.child.kill("SIGKILL");
  await server.ended;
  const events = server.received.flatMap((received) => (received.kind === "event" ? [received.event] : []));
  const reason = { code: "serverGone", message: "The language server was killed.", nextStep: "" };
  const trace = interruptedTrace(events.reduce(withEvent, startedRun(runId)), reason);
  if (trace !== null) parseTrace(serialiseTrace(trace));
  const end = performance.now() + ORPHAN_MS;
  while (workers.some(lives)) {
    if (performance.now() > end) throw new Error(`a worker outlives its server by ${ORPHAN_MS} ms`);
    await sleep(20);
  }
  return trace !== null;
}

async function killItsWorker(server: ServerClient, random: (below: number) => number): Promise<void> {
  const { runId, result } = server.run({ generate: GENERATE });
  await server.steps(runId, 1);
  await sleep(random(100));
  for (const worker of childrenOf(server.child.pid!)) process.kill(worker, "SIGKILL");
  await result;
  const next = await server.run().result;
  if (next.finish !== "maxTokens" && next.finish !== "endOfText")
    throw new Error(`the next run ended by ${next.finish}`);
}

/** The processes that a process has started; none if the system doesn't say. */
function childrenOf(pid: number): readonly number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8").split(" ").filter(Boolean).map(Number);
}

/** A process that has ended and was not collected yet has no command line. */
function lives(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`).length > 0;
  } catch {
    return false;
  }
}
