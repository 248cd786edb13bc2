// The library's instance: one per process and back end, started once and kept, with its log lines passed to
// listeners. A second start in a process loses the library's logger for good (its release runs after the setup of the
// new one, node-llama-cpp 3.22.1), and native lines would then go straight to stderr.
import type { Llama, LlamaOptions } from "node-llama-cpp";
import { messageOf } from "../../core/base/index.ts";
import { fetchedRuntime, thisMachine, type BackendFile } from "./devices/index.ts";
import { EngineError } from "./errors.ts";
import { foreignFunctions } from "./foreignFunctions.ts";
import { nodeLlamaCpp } from "./nodeLlamaCpp.ts";

/** Receives one line of llama.cpp's log. */
export type NativeLog = (level: "error" | "warning" | "info", line: string) => void;

/** The library's instance and its log. */
export interface Runtime {
  readonly llama: Llama;
  /** Passes every native line to `log` until the returned function is called. */
  readonly listen: (log: NativeLog) => () => void;
}

const runtimes = new Map<string, Promise<Runtime>>();

const keyOf = (backend: BackendFile | null): string =>
  backend === null ? "cpu" : `${backend.way} ${backend.file}`;

/** Whether this process has started the instance for a back end. */
export const isRunning = (backend: BackendFile | null): boolean => runtimes.has(keyOf(backend));

/**
 * The instance for a back end, or for only the CPU (null).
 * @param logging direct: native lines go to the process's outputs as they arise, so that an abort loses none
 * @throws EngineError engineUnavailable or gpuUnavailable; a later call tries again
 */
export async function startRuntime(
  backend: BackendFile | null,
  maxThreads: number,
  logging: "listeners" | "direct" = "listeners",
): Promise<Runtime> {
  const key = keyOf(backend);
  const known = runtimes.get(key);
  if (known !== undefined) return known;
  const starting = start(backend, maxThreads, logging);
  runtimes.set(key, starting);
  try {
    return await starting;
  } catch (error) {
    runtimes.delete(key);
    throw error;
  }
}

async function start(
  backend: BackendFile | null,
  maxThreads: number,
  logging: "listeners" | "direct",
): Promise<Runtime> {
  const { getLlama, LlamaLogLevel } = await nodeLlamaCpp();
  const listeners = new Set<NativeLog>();
  const userPlugin = process.env.GGML_BACKEND_PATH;
  try {
    await loadFetchedRuntime(backend);
    const llama = await getLlama({
      ...openingOf(backend),
      build: "never", // A user's machine never compiles.
      progressLogs: logging === "direct",
      debug: logging === "direct",
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
    if (backend === null) throw new EngineError({ tag: "engineUnavailable", reason }, { cause: error });
    throw new EngineError({ tag: "gpuUnavailable", wanted: backend.backend, reason }, { cause: error });
  } finally {
    if (userPlugin === undefined) delete process.env.GGML_BACKEND_PATH;
    else process.env.GGML_BACKEND_PATH = userPlugin;
  }
}

/**
 * Loads CUDA's libraries by their paths if they were fetched. The system's loader then takes them for the back end, which
 * names them without a folder: that needs no variable that had to be set before this process began.
 */
async function loadFetchedRuntime(backend: BackendFile | null): Promise<void> {
  if (backend?.way !== "plugin") return;
  const libraries = fetchedRuntime(backend.file, thisMachine());
  if (libraries.length === 0) return;
  const koffi = await foreignFunctions();
  for (const library of libraries) koffi.load(library);
}

function openingOf(backend: BackendFile | null): Pick<LlamaOptions, "gpu" | "ramPadding"> {
  if (backend === null) return { gpu: false };
  if (backend.way === "package") return { gpu: backend.backend };
  return {
    gpu: false,
    // ggml loads the file that the variable names, in addition to those beside itself. The library tests the file for
    // CPUs in its own process, and would call a GPU found there a mismatch: this hook runs between that test and
    // the loading.
    ramPadding: (total) => {
      process.env.GGML_BACKEND_PATH = backend.file;
      return ramPadding(total);
    },
  };
}

const GIBIBYTE = 2 ** 30;

/** As the library's own default. */
const ramPadding = (total: number): number =>
  Math.floor(Math.min(total * 0.25, process.platform === "linux" ? GIBIBYTE : 6 * GIBIBYTE));

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
