// What run the given options describe: see identity.ts of server/batch.
import { createHash } from "node:crypto";
import type { GenerationSettings } from "../../../core/settings/index.ts";
import type { RunIdentity } from "../../batch/index.ts";
import type { Engine } from "../../engine/index.ts";
import type { GrowingPool } from "../../worker/index.ts";
import type { RunInputs } from "./runInputs.ts";
import type { RunFlags } from "./runOptions.ts";

export interface IdentityParts {
  readonly inputs: RunInputs;
  readonly engine: Pick<Engine, "model">;
  /** As it begins. */
  readonly pool: GrowingPool | null;
}

export function identityOf(
  flags: RunFlags,
  { inputs: { prompt, source, values, routing, settings, expects }, engine: { model }, pool }: IdentityParts,
): RunIdentity {
  const hasValues = Object.keys(values).length > 0;
  return {
    model: { name: model.file, fingerprint: model.sha256 ?? model.weightsFingerprint },
    prompt: { name: prompt.name, fingerprint: prompt.fingerprint },
    data: { name: source.name, fingerprint: source.fingerprint },
    values: hasValues ? createHash("sha256").update(JSON.stringify(values)).digest("hex") : null,
    // Parsed from JSON: what a journal gives back must compare equal.
    settings: JSON.parse(JSON.stringify(settings)) as GenerationSettings,
    pool:
      pool === null || pool.fingerprint === "" ? null : { name: pool.name, fingerprint: pool.fingerprint },
    published: pool === null ? "none" : flags.published,
    poolBudgetTokens: pool === null ? null : (flags.poolBudget ?? null),
    groups: routing.identity,
    historyTokens: flags.historyTokens ?? null,
    expects,
  };
}
