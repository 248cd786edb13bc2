// Results of trials in the cache folder. A result counts as long as everything it depends on is the same; a damaged
// file is not an error: the back end is tried again.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as Type from "typebox";
import { parse } from "../../../core/base/index.ts";
import { writeFileAtomic } from "../../files/index.ts";
import { libraryVersion, type BackendFile, type Machine } from "./backends.ts";
import { fetchedRuntime } from "./install/runtime.ts";
import { stampOf, surroundings } from "./surroundings.ts";
import { trialProgram, type TrialOutcome } from "./trial.ts";
import { UsableSchema } from "./trialReport.ts";
import type { TrialFault } from "./trialFaults.ts";

const ResultSchema = Type.Object({
  /** ISO 8601. */
  triedAt: Type.String(),
  trialMs: Type.Number({ minimum: 0 }),
  outcome: Type.Union([
    UsableSchema,
    Type.Object({
      kind: Type.Literal("refused"),
      fault: Type.Unsafe<TrialFault>(
        Type.Object({ tag: Type.String(), backend: Type.String() }, { additionalProperties: true }),
      ),
    }),
  ]),
});

/** A trial and when it was made. */
export interface TrialResult {
  readonly triedAt: string;
  readonly trialMs: number;
  readonly outcome: TrialOutcome;
}

/** A busy machine is not a broken driver: a trial that took too long is made again after this. */
const TIMED_OUT_FOR_MS = 3_600_000;

/**
 * The kept result; null if the back end has to be tried.
 * @param nowMs since 1970
 */
export async function keptResult(
  file: BackendFile,
  machine: Machine,
  nowMs = Date.now(),
): Promise<TrialResult | null> {
  try {
    const result = parse(ResultSchema, JSON.parse(await readFile(pathOf(file, machine), "utf8")));
    return result !== null && isOld(result, nowMs) ? null : result;
  } catch {
    return null;
  }
}

function isOld({ outcome, triedAt }: TrialResult, nowMs: number): boolean {
  if (outcome.kind !== "refused" || outcome.fault.tag !== "trialTimedOut") return false;
  return !(nowMs - Date.parse(triedAt) < TIMED_OUT_FOR_MS);
}

/** @throws FilesError */
export async function keepResult(file: BackendFile, machine: Machine, result: TrialResult): Promise<void> {
  await writeFileAtomic(pathOf(file, machine), `${JSON.stringify(result, null, 1)}\n`);
}

/** The name holds a hash of everything that the result depends on. */
function pathOf(file: BackendFile, machine: Machine): string {
  const program = stampOf(trialProgram() ?? ""); // Another release may try in another way.
  const runtime = fetchedRuntime(file.file, machine).map(stampOf);
  const own = [program, libraryVersion(), file.way, stampOf(file.file), surroundings(machine.platform)];
  const facts = runtime.length === 0 ? own : [...own, runtime];
  const hash = createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16);
  return join(machine.cacheDir, "devices", `${file.backend}-${file.way}-${hash}.json`);
}
