// Validates the argument of laser.continueFrom, which a page, a link or a key binding supplies.
import type { Guards, Rule } from "../../core/laser/index.ts";
import type { ContinuationChoice } from "../../server/protocol/continuation.ts";

/** The choice in a command's argument, ignoring other fields; null if any part of it is invalid. */
export function readChoice(given: unknown): ContinuationChoice | null {
  if (!isRecord(given)) return null;
  const { tokensBefore, token } = given;
  if (!isCount(tokensBefore) || !(token === null || isCount(token))) return null;
  const rule = given.rule === undefined ? undefined : readRule(given.rule);
  const guards = given.guards === undefined ? undefined : readGuards(given.guards);
  if (rule === null || guards === null) return null;
  return { tokensBefore, token, ...(rule && { rule }), ...(guards && { guards }) };
}

function readRule(given: unknown): Rule | null {
  if (!isRecord(given)) return null;
  if (given.kind === "strict") return { kind: "strict" };
  const { kind, topK, minProbability, delta, alpha } = given;
  if (!isCount(topK) || topK === 0) return null;
  if (kind === "relaxed" && isShare(minProbability)) return { kind, topK, minProbability };
  if (kind === "delta" && isShare(delta)) return { kind, topK, delta };
  if (kind === "ratio" && isShare(alpha)) return { kind, topK, alpha };
  return null;
}

function readGuards(given: unknown): Guards | null {
  if (!isRecord(given)) return null;
  const { endOfText, maxConsecutiveRelaxed, maxNatsGivenUp } = given;
  if (typeof endOfText !== "boolean") return null;
  if (!(maxConsecutiveRelaxed === null || isCount(maxConsecutiveRelaxed))) return null;
  if (!(maxNatsGivenUp === null || isAmount(maxNatsGivenUp))) return null;
  return { endOfText, maxConsecutiveRelaxed, maxNatsGivenUp };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isShare(value: unknown): value is number {
  return isAmount(value) && value <= 1;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
