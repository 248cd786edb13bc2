// What is known of a model: by its file, and by the session if it is loaded.
import { describeModelFile, modelHeadFacts } from "../../engine/index.ts";
import type { ModelChoice, ModelReport } from "../../protocol/worker.ts";
import { fileOf } from "./loadModel.ts";
import type { Session } from "../session/session.ts";

/** @throws ModelError for a model that isn't there; the signal's reason when stopped */
export async function modelReport(
  choice: ModelChoice,
  session: Session | null,
  signal: AbortSignal,
): Promise<ModelReport> {
  const { path } = await fileOf(choice, { signal, onProgress: () => undefined });
  const [file, head] = await Promise.all([
    describeModelFile(path, signal, choice),
    modelHeadFacts(path, signal),
  ]);
  const loaded = session === null ? null : reportOf(session);
  return { file, ...head, loaded };
}

function reportOf({ engine, costs }: Session): ModelReport["loaded"] {
  return { device: engine.device, costs: costs.known.table, costsFrom: costs.known.from };
}
