// The two transports of a worker: messages over Node's IPC channel, or JSON lines over stdin and stdout.
import { messageOf } from "../../../core/base/index.ts";
import type { WorkerMessage } from "../../protocol/worker.ts";
import { WorkerError } from "../errors.ts";
import { LineCutter, MAX_LINE_BYTES } from "./lines.ts";

export interface TransportListener {
  /** A message that is not checked yet. */
  message(value: unknown): void;
  /** Input that is not a message at all. */
  garbage(error: WorkerError): void;
  /** The client left; nothing follows. May be called more than once. */
  gone(): void;
}

export interface Transport {
  /** Resolves when the message was sent, so that a sender keeps pace; at once if the client is gone. */
  send(message: WorkerMessage): Promise<void>;
  listen(listener: TransportListener): void;
}

/** How much of a line that is not JSON is quoted, in characters. */
const QUOTED = 60;

/**
 * One JSON object per line. From now on nothing else reaches stdout: what others write there goes to stderr.
 * Call it once per process.
 */
export function stdioTransport(): Transport {
  const { stdin, stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  return {
    send: (message) =>
      new Promise((resolve) => {
        if (!stdout.writable) resolve();
        else
          write(`${JSON.stringify(message)}\n`, () => {
            resolve();
          });
      }),
    listen(listener) {
      const cutter = new LineCutter((beginning) => {
        const reason = `the line is longer than ${MAX_LINE_BYTES / 1024 ** 2} MiB`;
        listener.garbage(new WorkerError({ tag: "notJson", begins: beginning.slice(0, QUOTED), reason }));
      });
      const takeLine = (line: string): void => {
        if (line.trim() !== "") takeJson(line, listener);
      };
      stdin.on("data", (bytes: Buffer) => {
        cutter.push(bytes).forEach(takeLine);
      });
      stdin.on("end", () => {
        takeLine(cutter.rest());
        listener.gone();
      });
      const gone = (): void => {
        listener.gone();
      };
      stdin.on("error", gone);
      stdout.on("error", gone); // EPIPE: the reader is gone.
    },
  };
}

function takeJson(line: string, listener: TransportListener): void {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    const begins = line.slice(0, QUOTED);
    const reason = messageOf(error);
    listener.garbage(new WorkerError({ tag: "notJson", begins, reason }));
    return;
  }
  listener.message(value);
}

/** Messages as Node passes them between a process and its fork. @throws WorkerError noChannel */
export function ipcTransport(): Transport {
  const send = process.send?.bind(process);
  if (send === undefined) throw new WorkerError({ tag: "noChannel" });
  return {
    send: (message) =>
      new Promise((resolve) => {
        if (!process.connected) resolve();
        else
          send(message, undefined, undefined, () => {
            resolve();
          });
      }),
    listen(listener) {
      process.on("message", (value) => {
        listener.message(value);
      });
      process.on("disconnect", () => {
        listener.gone();
      });
    },
  };
}
