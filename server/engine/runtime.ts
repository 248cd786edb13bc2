// The library's own instance: one for a process and GPU choice, started once and kept, its log lines handed round.
// A second start in a process loses the library's logger for good (its release runs behind the new one's set-up,
// node-llama-cpp 3.22.1), and native lines would then reach stderr past us. It must not know models.
import { getLlama, LlamaLogLevel, type Llama } from "node-llama-cpp";
import { EngineError, type GpuChoice } from "./errors.ts";

export type NativeLog = (level: "error" | "warning" | "info", line: string) => void;

export interface Runtime {
  readonly llama: Llama;
  /** Hands every native line to `log` until the returned function is called. */
  readonly listen: (log: NativeLog) => () => void;
}

const runtimes = new Map<GpuChoice, Promise<Runtime>>();

/** @throws EngineError engineUnavailable or gpuUnavailable; a later call tries again */
export async function startRuntime(gpu: GpuChoice, maxThreads: number): Promise<Runtime> {
  const known = runtimes.get(gpu);
  if (known !== undefined) return known;
  const starting = start(gpu, maxThreads);
  runtimes.set(gpu, starting);
  try {
    return await starting;
  } catch (error) {
    runtimes.delete(gpu);
    throw error;
  }
}

async function start(gpu: GpuChoice, maxThreads: number): Promise<Runtime> {
  const listeners = new Set<NativeLog>();
  try {
    const llama = await getLlama({
      gpu: gpu === "off" ? false : gpu,
      build: "never", // A user's machine never compiles.
      progressLogs: false,
      maxThreads,
      // Lines that come while the process ends bypass the logger, and all but errors then go to stdout.
      logLevel: LlamaLogLevel.error,
      logger: (level, line) => {
        const isError = level === LlamaLogLevel.error || level === LlamaLogLevel.fatal;
        const kind = isError ? "error" : level === LlamaLogLevel.warn ? "warning" : "info";
        for (const listener of listeners) listener(kind, line);
      },
    });
    return {
      llama,
      listen: (log) => {
        listeners.add(log);
        return () => {
          listeners.delete(log);
        };
      },
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (gpu === "auto" || gpu === "off")
      throw new EngineError({ tag: "engineUnavailable", reason }, { cause: error });
    throw new EngineError({ tag: "gpuUnavailable", wanted: gpu, reason }, { cause: error });
  }
}

const LINE_ARRIVES_WITHIN_MS = 200;

/** Native error lines. They explain a failed load, and may arrive a little behind it. */
export class ErrorLines {
  readonly lines: string[] = [];
  private onLine: () => void = () => undefined;

  add(line: string): void {
    this.lines.push(line);
    this.onLine();
  }

  /** Waits for a first line, but not longer than a line takes that is on its way. */
  async waitForFirst(): Promise<void> {
    if (this.lines.length > 0) return;
    await new Promise<void>((resolve) => {
      this.onLine = resolve;
      setTimeout(resolve, LINE_ARRIVES_WITHIN_MS);
    });
  }
}
