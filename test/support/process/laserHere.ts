// The `laser` command in this process: what it prints and its exit code, without starting another process.
import { runLaser } from "../../../server/cli/laser.ts";

export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  /** As a process would end. */
  readonly exitCode: number;
}

/** Runs the command and holds back what it prints. */
export async function laserHere(...args: readonly string[]): Promise<Printed> {
  const printed = { stdout: "", stderr: "" };
  const restore = [
    catchWrites(process.stdout, (text) => (printed.stdout += text)),
    catchWrites(process.stderr, (text) => (printed.stderr += text)),
  ];
  try {
    const exitCode = (await runLaser(args)) ?? Number(process.exitCode ?? 0);
    return { ...printed, exitCode };
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
