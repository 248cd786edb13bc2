// The library's instance: one per process and GPU choice, started once and kept, with its log lines passed to
// listeners. A second start in a process loses the library's logger for good (its release runs after the setup of the
// new one, node-llama-cpp 3.22.1), and native lines would then go straight to stderr.
import { getLlama, LlamaLogLevel, type Llama } from "node-llama-cpp";
import { messageOf } from "../../core/base/index.ts";
import { EngineError, type GpuChoice } from "./errors.ts";

/** Receives one line of llama.cpp's log. */
export type NativeLog = (level: "error" | "warning" | "info", line: string) => void;

/** The library's instance and its log. */
export interface Runtime {
  readonly llama: Llama;
  /** Passes every native line to `log` until the returned function is called. */
  readonly listen: (log: NativeLog) => () => void;
}

const runtimes = new Map<GpuChoice, Promise<Runtime>>();

/** The instance for a GPU choice. @throws EngineError engineUnavailable or gpuUnavailable; a later call tries again */
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
      // Lines during the process's exit bypass the logger, and all except errors then go to stdout.
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
    const reason = messageOf(error);
    if (gpu === "auto" || gpu === "off")
      throw new EngineError({ tag: "engineUnavailable", reason }, { cause: error });
    throw new EngineError({ tag: "gpuUnavailable", wanted: gpu, reason }, { cause: error });
  }
}

/** Native lines arrive asynchronously; by then they have. */
const LINE_DELAY_MS = 200;

/** Native error lines. They explain a failed load, and may arrive shortly after it. */
export class ErrorLines {
  readonly lines: string[] = [];
  private onLine: () => void = () => undefined;

  add(line: string): void {
    this.lines.push(line);
    this.onLine();
  }

  /** Waits for a first line, up to LINE_DELAY_MS. */
  async waitForFirst(): Promise<void> {
    if (this.lines.length > 0) return;
    await new Promise<void>((resolve) => {
      this.onLine = resolve;
      setTimeout(resolve, LINE_DELAY_MS);
    });
  }
}
