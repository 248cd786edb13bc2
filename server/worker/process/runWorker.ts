// The worker as a process: a transport, the service that answers over it, and all the ways in which the process ends.
//   0 cleanly · 1 failed, or a client of another version · 2 can't start
import { describeError } from "../../../core/base/index.ts";
import { terminalText } from "../../../core/trace/index.ts";
import { WorkerError } from "../errors.ts";
import { llamaLoader, prepareLlama, scriptedLoader } from "../model/loadModel.ts";
import { WorkerService } from "./service.ts";
import { llamaTokenizer, scriptedTokenizer, TokenizerHolder } from "./tokenizing.ts";
import { ipcTransport, stdioTransport, type Transport } from "./transport.ts";

export interface WorkerOptions {
  /** Program and version, sent to clients and written into traces. */
  readonly generator: string;
  /** auto: IPC if the process was started with a channel, else stdio. */
  readonly transport: "auto" | "ipc" | "stdio";
  /**
   * A script for the scripted engine instead of real models; null: real models, unless LASER_WORKER_SCRIPT
   * names one.
   */
  readonly scriptPath: string | null;
}

const EXIT_FAILED = 1;
const EXIT_CANNOT_BEGIN = 2;

/** How long a run may take to stop after the client left. Nobody else would end a hanging process. */
const LEAVING_MS = 2000;

/** Serves one client until it leaves; then the process exits. Returns at once. */
export function runWorker({ generator, transport, scriptPath }: WorkerOptions): void {
  const fail = (error: unknown): void => {
    log(`error: ${describeError(error).message}`);
    process.exit(EXIT_FAILED);
  };
  process.on("unhandledRejection", fail);
  process.on("uncaughtException", fail);

  const line = openTransport(transport);
  if (line === null) return;
  const script = scriptPath ?? process.env.LASER_WORKER_SCRIPT ?? "";
  const service = new WorkerService({
    generator,
    tokenizers: new TokenizerHolder(script === "" ? llamaTokenizer : scriptedTokenizer(script)),
    loadModel: script === "" ? llamaLoader(generator) : scriptedLoader(script, generator),
    prepareEngine: script === "" ? prepareLlama : () => Promise.resolve(),
    send: (message) => line.send(message),
    log,
    end: (exitCode) => {
      process.exit(exitCode);
    },
  });
  const gone = (): void => {
    // Not unref'ed: nothing else keeps the process alive until it can exit with its code if a run hangs.
    setTimeout(() => {
      log("error: the client left, and its request did not stop");
      process.exit(EXIT_FAILED);
    }, LEAVING_MS);
    void service.leave();
  };
  process.once("SIGINT", gone);
  process.once("SIGTERM", gone);
  line.listen({
    message: (value) => {
      service.receive(value);
    },
    garbage: (error) => {
      service.refuse(0, error);
    },
    gone,
  });
}

function openTransport(kind: WorkerOptions["transport"]): Transport | null {
  const ipc = kind === "ipc" || (kind === "auto" && process.send !== undefined);
  try {
    return ipc ? ipcTransport() : stdioTransport();
  } catch (error) {
    if (!(error instanceof WorkerError)) throw error;
    const { message, nextStep } = describeError(error);
    log(`error: ${message} ${nextStep}`);
    process.exitCode = EXIT_CANNOT_BEGIN;
    return null;
  }
}

function log(line: string): void {
  process.stderr.write(`${terminalText(line)}\n`);
}
