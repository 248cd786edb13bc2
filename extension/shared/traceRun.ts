// Rebuilds the snapshot of a finished run from its trace, for a panel that did not receive the run's
// messages.
import type { CommittedPiece } from "../../server/protocol/worker.ts";
import { committedClassOf, committedOf, pieces, type Trace } from "../../core/trace/index.ts";
import type { RunSnapshot } from "./panel.ts";
import { identityOf } from "./runName.ts";

/** The snapshot that the run's messages would have produced, with a new id. */
export function runOfTrace(trace: Trace, runId: string, tracePath: string): RunSnapshot {
  const { createdAt, generator, request, model, device, pool, tokens, steps, result } = trace;
  const { entryNames = {}, ...poolFacts } = pool ?? {};
  // A trace records why a run failed, but not what to do about it.
  const error = result.error === undefined ? null : { ...result.error, nextStep: "" };
  return {
    runId,
    identity: identityOf(request, createdAt),
    header: {
      createdAt,
      generator,
      request,
      model,
      device,
      pool: pool === null ? null : (poolFacts as Omit<typeof pool, "entryNames">),
    },
    tokens,
    entries: entryNames,
    steps,
    pieces: piecesOfSteps(trace),
    progress: null,
    ended: { finish: result.finish, tracePath, error },
    plainTokensPerSecond: null,
    plainRun: null,
    isPlainPending: false,
    prefillMs: result.prefillMs,
    prefillTokens: result.prefillTokens,
  };
}

function piecesOfSteps(trace: Trace): CommittedPiece[][] {
  const texts = pieces(trace);
  let at = 0;
  return trace.steps.map((step) =>
    committedOf(step).map((id, place) => ({
      id,
      text: texts[at++]?.text ?? "",
      tokenClass: committedClassOf(step, place),
    })),
  );
}
