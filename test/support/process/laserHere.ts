// The `laser` command in this process: what it prints and its exit code, without starting another process.
import { runLaser } from "../../../server/cli/laser.ts";

export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  /** As a process would end. */
  readonly exitCode: number;
}

/** Runs the command and holds back what it prints. */
export function laserHere(...args: readonly string[]): Promise<Printed> {
  return printedBy(() => runLaser(args));
}

/** Holds back what some work prints. @param work returns the exit code, unless it has set that of the process */
export async function printedBy(work: () => Promise<unknown>): Promise<Printed> {
  const printed = { stdout: "", stderr: "" };
  const restore = [
    catchWrites(process.stdout, (text) => (printed.stdout += text)),
    catchWrites(process.stderr, (text) => (printed.stderr += text)),
  ];
  try {
    const exitCode = await work();
    return {
      ...printed,
      exitCode: typeof exitCode === "number" ? exitCode : Number(process.exitCode ?? 0),
    };
  } finally {
    process.exitCode = undefined;
    for (const back of restore) back();
  }
}

function catchWrites(stream: NodeJS.WriteStream, onText: (text: string) => void): () => void {
  const write = stream.write.bind(stream);
  stream.write = (text: string | Uint8Array) => {
    onText(typeof text === "string" ? text : Buffer.from(text).toString("utf8"));
    return true;
  };
  return () => {
    stream.write = write;
  };
}
