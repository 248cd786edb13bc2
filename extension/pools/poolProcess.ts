// `laser pool …` as a short-lived process: pools are read and changed outside the extension host, under their locks.
import { fork } from "node:child_process";
import { dirname } from "node:path";
import { parse, t, type ErrorText } from "../../core/base/index.ts";
import { PoolListingSchema, type PoolListing } from "./poolListing.ts";

/** More than any page of entries that is asked for. */
const MAX_BYTES = 256 * 2 ** 20;

/** A command that failed, with the text for the user. */
export class PoolCommandFailed extends Error {
  constructor(readonly text: ErrorText) {
    super(text.message);
    this.name = "PoolCommandFailed";
  }
}

export interface PoolPrograms {
  /** dist/laser.mjs. */
  readonly program: string;
  /** A line of stderr, for the log. */
  readonly onLine: (line: string) => void;
}

/** Runs `laser pool` with these arguments and returns what it prints. @throws PoolCommandFailed; the signal's reason */
export async function runPool(
  { program, onLine }: PoolPrograms,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  signal?.throwIfAborted();
  const child = fork(program, ["pool", ...args], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: [],
    // The program's own folder: files of the workspace are not to be loaded.
    cwd: dirname(program),
  });
  const stop = (): void => {
    child.kill("SIGINT");
  };
  signal?.addEventListener("abort", stop, { once: true });
  const output: Buffer[] = [];
  let [bytes, errors] = [0, ""];
  child.stdout?.on("data", (part: Buffer) => {
    bytes += part.length;
    if (bytes > MAX_BYTES) stop();
    else output.push(part);
  });
  child.stderr?.setEncoding("utf8").on("data", (part: string) => {
    errors += part;
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    signal?.throwIfAborted();
    const lines = errors.split("\n").filter((line) => line.trim() !== "");
    for (const line of lines) onLine(line);
    if (code !== 0) throw new PoolCommandFailed(errorIn(lines, code));
    return Buffer.concat(output).toString("utf8");
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** As server/cli/laser.ts prints an error: a line with the message, one with the next step. */
function errorIn(lines: readonly string[], code: number | null): ErrorText {
  const at = lines.findIndex((line) => line.startsWith("error: "));
  const message =
    lines[at]?.slice("error: ".length) ?? t("laser pool ended with exit code {0}", code ?? t("unknown"));
  return { code: "poolCommandFailed", message, nextStep: at < 0 ? "" : (lines[at + 1] ?? "") };
}

export interface ListOptions {
  /** Only entries of this group; null: those of no group; absent: of any. */
  readonly group?: string | null;
  readonly search?: string;
  readonly entry?: number;
  readonly limit: number;
}

/** @throws PoolCommandFailed; the signal's reason */
export async function listPool(
  programs: PoolPrograms,
  path: string,
  { group, search, entry, limit }: ListOptions,
  signal?: AbortSignal,
): Promise<PoolListing> {
  const args = [
    "list",
    "--json",
    `--limit=${limit}`,
    ...(group === null ? ["--ungrouped"] : group === undefined ? [] : [`--group=${group}`]),
    ...(search === undefined ? [] : [`--search=${search}`]),
    ...(entry === undefined ? [] : [`--entry=${entry}`]),
    "--",
    path,
  ];
  const listing = parse(PoolListingSchema, JSON.parse(await runPool(programs, args, signal)) as unknown);
  if (listing === null) throw new Error("laser pool list printed something else than a listing");
  return listing;
}
