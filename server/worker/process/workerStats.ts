// What a worker holds, and the memory of its process.
import type { WorkerStats } from "../../protocol/worker.ts";
import { poolFigures, type ModelHolder } from "./loaded.ts";
import { traceModel } from "../session/traceHeader.ts";

export function statsOf({ current }: ModelHolder, running: boolean): WorkerStats {
  const engine = current?.session.engine;
  return {
    model: engine ? traceModel(engine.model) : null,
    device: engine?.device ?? null,
    deviceMemory: engine?.deviceMemory ?? null,
    refused: engine?.refused ?? [],
    pool: current?.pool ? poolFigures(current.pool) : null,
    residentBytes: process.memoryUsage.rss(),
    running,
  };
}
