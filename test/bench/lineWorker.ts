// The built worker over JSON lines, for benches: keeps no message that it does not wait for, so that a long soak measures
// the worker and not this process.
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";
import {
  WORKER_PROTOCOL_VERSION,
  type WorkerMessage,
  type WorkerRequest,
} from "../../server/protocol/worker.ts";

type Body = WorkerRequest extends infer R ? (R extends WorkerRequest ? Omit<R, "id"> : never) : never;
export type Reply = Extract<WorkerMessage, { kind: "done" | "failed" }>;

export class LineWorker {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<void>;
  private nextId = 1;
  private readonly waiting = new Map<number, (reply: Reply | null) => void>();
  private readonly stepped = new Map<number, () => void>();

  /** @param script path of a script for the scripted engine; null: a real model */
  constructor(script: string | null) {
    const args = ["dist/worker.mjs", "--stdio", ...(script === null ? [] : ["--script", script])];
    this.child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"] });
    this.child.stderr.resume();
    this.child.stdin.on("error", () => undefined); // It was killed.
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      this.take(JSON.parse(line) as WorkerMessage);
    });
    this.ended = new Promise((resolve) =>
      this.child.once("close", () => {
        for (const settle of this.waiting.values()) settle(null);
        resolve();
      }),
    );
  }

  /** Sends a request; `reply` is null if the worker ends without one, `stepped` resolves at a run's first step. */
  post(body: Body): {
    readonly id: number;
    readonly reply: Promise<Reply | null>;
    readonly stepped: Promise<void>;
  } {
    const id = this.nextId++;
    const reply = new Promise<Reply | null>((resolve) => this.waiting.set(id, resolve));
    const stepped = new Promise<void>((resolve) => this.stepped.set(id, resolve));
    this.child.stdin.write(`${JSON.stringify({ ...body, id })}\n`);
    return { id, reply, stepped };
  }

  async ready(model: string | undefined): Promise<void> {
    await this.post({ kind: "hello", version: WORKER_PROTOCOL_VERSION }).reply;
    const choice = { gpu: "off", contextTokens: 1024, ...(model !== undefined && { path: model }) } as const;
    const loaded = await this.post({ kind: "load", model: choice }).reply;
    if (loaded?.kind !== "done") throw new Error(`the worker loaded nothing: ${JSON.stringify(loaded)}`);
  }

  private take(message: WorkerMessage): void {
    if (message.kind === "step") {
      this.stepped.get(message.request)?.();
    } else if (message.kind === "done" || message.kind === "failed") {
      this.waiting.get(message.id)?.(message);
      this.waiting.delete(message.id);
      this.stepped.get(message.id)?.();
      this.stepped.delete(message.id);
    }
  }
}
