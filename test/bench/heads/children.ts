// The processes of the bench: each takes files one after another and is replaced when it ends or hangs.
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import type { HeadOutcome, HeadRequest } from "./outcome.ts";

/** Above it a file counts as hanging; its process is killed. */
const HANG_MS = 20_000;

/**
 * What fifty loads leave in the caches of allocators is not what a head takes: without these two, the undamaged demo model's
 * vocabulary leaves 238 MB after fifty loads, with them 136 MB.
 */
const NODE_OPTIONS = ["--max-semi-space-size=1"];
const ALLOCATOR = { MALLOC_ARENA_MAX: "1" };

/** What became of a file: the outcome, or how its process ended. */
export type Answer = { readonly ms: number } & (
  | { readonly kind: "answered"; readonly outcome: HeadOutcome }
  | { readonly kind: "ended"; readonly by: string; readonly stderr: string }
  | { readonly kind: "hung" }
);

/** One process at a time; a new one after `most` files, or after one that ended it. */
export class HeadChild {
  private child: ChildProcess | null = null;
  private lines: Interface | null = null;
  private files = 0;
  private stderr = "";

  constructor(
    private readonly program: string,
    private readonly most: number,
  ) {}

  async ask(request: HeadRequest): Promise<Answer> {
    const child = await this.started();
    const begun = performance.now();
    this.stderr = "";
    const answer = await new Promise<Answer>((resolve) => {
      const done = (one: Answer): void => {
        clearTimeout(timer);
        child.off("exit", onExit);
        this.lines?.off("line", onLine);
        resolve(one);
      };
      const ms = (): number => performance.now() - begun;
      const onLine = (line: string): void => {
        done({ kind: "answered", outcome: JSON.parse(line) as HeadOutcome, ms: ms() });
      };
      const onExit = (code: number | null, signal: string | null): void => {
        done({ kind: "ended", by: signal ?? `exit ${code}`, stderr: this.stderr.slice(-600), ms: ms() });
      };
      const timer = setTimeout(() => {
        done({ kind: "hung", ms: ms() });
      }, HANG_MS);
      child.once("exit", onExit);
      this.lines?.once("line", onLine);
      child.stdin?.write(`${JSON.stringify(request)}\n`);
    });
    if (answer.kind !== "answered" || ++this.files >= this.most) this.stop();
    return answer;
  }

  stop(): void {
    this.child?.kill("SIGKILL");
    this.child = null;
  }

  private async started(): Promise<ChildProcess> {
    if (this.child !== null) return this.child;
    this.files = 0;
    const child = spawn(process.execPath, [...NODE_OPTIONS, this.program], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...ALLOCATOR },
    });
    child.stderr.on("data", (data: Buffer) => {
      this.stderr += data.toString();
    });
    child.stdin.on("error", () => undefined); // The exit says why.
    this.lines = createInterface({ input: child.stdout });
    this.child = child;
    // Loads the library once, so that no file is charged for it.
    await new Promise<void>((resolve, reject) => {
      this.lines?.once("line", () => {
        resolve();
      });
      child.once("exit", () => {
        reject(new Error(`the process did not start: ${this.stderr}`));
      });
    });
    return child;
  }
}
